image = $(REGISTRY)/$(1):$(VERSION)
