"""Atelier: a self-hosted image studio over OpenAI's Image API and its compatible gateways.

The rooms and who may import whom are described in the README under "How the code is laid out";
`tests/test_architecture.py` checks it.
"""
