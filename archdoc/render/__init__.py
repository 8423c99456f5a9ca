"""Views to text and pictures: one module a renderer, each a function of a `View`. No renderer knows git or the graph."""
