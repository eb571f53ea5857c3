"""What people see: one room per noun, forms, and a frozen dataclass for every template."""
