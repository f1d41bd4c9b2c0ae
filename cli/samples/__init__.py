"""An invented world for `inroad demo`: a network of people, and the boards of employers.

Every person and employer in it is made up.
"""
