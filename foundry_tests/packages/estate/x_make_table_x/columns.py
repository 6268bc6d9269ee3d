def widened(rows):
    width = max(map(len, rows))
    return [row.ljust(width) for row in rows]
