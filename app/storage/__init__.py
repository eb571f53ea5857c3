"""What outlives a process: the database (SQLAlchemy Core) and the files beside it."""
