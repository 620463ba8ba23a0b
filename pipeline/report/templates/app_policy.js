// The page's policy forbids style attributes in markup. Plotly sets some by setAttribute; the same declarations are
// allowed when set as properties, so those calls take that way.
const setPlainAttribute = Element.prototype.setAttribute;
Element.prototype.setAttribute = function setAttribute(name, value) {
  if (String(name).toLowerCase() === 'style') this.style.cssText = value;
  else setPlainAttribute.call(this, name, value);
};
