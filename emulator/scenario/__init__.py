"""Scenarios: files read into frozen values that are ready to play, and rendered one occurrence at a time.

    scenario = load_scenario(Path("outage.yaml"), environment=os.environ)     # raises InvalidInput with every problem

Nothing here has effects but the reading of the files that are named (`emulator.scenario.files`).
"""
