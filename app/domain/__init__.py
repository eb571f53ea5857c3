"""Judgement: values and rules, standard library only. Imports nothing of ours outside this package."""
