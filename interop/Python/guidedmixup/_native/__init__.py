"""The C library behind the package: which build to load, its structs and functions, its status codes."""
