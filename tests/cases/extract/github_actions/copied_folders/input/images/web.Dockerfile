# made
FROM y
