"""The API described by itself: an OpenAPI document and a page, made of the route table. Imported when first asked for.

answers.py   the schemas of what is answered
document.py  the document, a pure function of routes
page.py      the document as a page that needs no script
"""
