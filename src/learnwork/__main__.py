"""`python -m learnwork` is `learnwork`."""

from learnwork.cli import main

if __name__ == "__main__":
    main()
