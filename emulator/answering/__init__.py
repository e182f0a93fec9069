"""What a provider's own API answers to the application that calls it, and the events that follow from the calls.

Pure: a call goes in as data, with the moment that it came; its answer and its events come out as data.
"""
