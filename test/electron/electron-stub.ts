// Stands in for `electron` in every test: requiring the real package without its binary would try to download it.
export {};
