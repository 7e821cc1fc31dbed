"""`python -m bot`, which is what the `trucso` script runs."""

from bot.cli import main

if __name__ == "__main__":
    main()
