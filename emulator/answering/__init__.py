"""Answering: what a provider's own API says to the application, and which events follow. Pure, like all that is below.

api = RouteApi(scenario, "compliancely", facts)
answered = api.answer(call)     # None: no such path
"""
