# One data file a broker or AS product.
