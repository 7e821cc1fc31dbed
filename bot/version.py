"""The version of the program, for people and for the package."""

VERSION = "0.1.0"
