"""Nouns of the catalog: items and prices, customers, parties, terms of payment."""

from salesorders.catalog.model.customer import Customer
from salesorders.catalog.model.item import Item, Price, price_of
from salesorders.catalog.model.party import Address, Party, Seller
from salesorders.catalog.model.terms import Step, Terms

__all__ = ["Address", "Customer", "Item", "Party", "Price", "Seller", "Step", "Terms", "price_of"]
