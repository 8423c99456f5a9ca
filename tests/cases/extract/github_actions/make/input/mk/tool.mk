TARGET ?= runtime
tool: TARGET = slim
tool:
	$(MAKE) inner -f mk/tool.mk TARGET=$(TARGET)
inner:
	docker buildx build --push --target $(TARGET) -t $(REGISTRY)/tool-$(TOOL) tools/$(TOOL)
