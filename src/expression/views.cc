#include "expression/views.h"

namespace gyr::expression {

Lookup LoopView::get(std::string_view key) const {
  if (key == "index") return Lookup::of(base::Value::fitting_integer(static_cast<int64_t>(index_)));
  if (key == "length") return Lookup::of(base::Value::fitting_integer(static_cast<int64_t>(length_)));
  if (key == "first") return Lookup::of(base::Value::boolean(index_ == 0));
  if (key == "last") return Lookup::of(base::Value::boolean(index_ + 1 == length_));
  if (key == "revindex") return Lookup::of(base::Value::fitting_integer(static_cast<int64_t>(length_ - index_ - 1)));
  return Lookup::none();
}

std::vector<std::string> LoopView::names(size_t) const { return {"index", "length", "first", "last", "revindex"}; }

std::optional<base::Value> LoopView::materialize() const {
  base::MapBuilder map;
  for (const std::string& name : names(0)) map.set(name, get(name).value);
  return map.build();
}

Lookup ContextView::get(std::string_view key) const {
  bool roots_hidden = false;
  const Operand* found = evaluator_.session().scopes.find(key, mark_, roots_hidden);
  if (found == nullptr) return roots_hidden ? Lookup::none() : evaluator_.session().context.root(key);
  if (found->is_lazy()) return Lookup::of(found->map());
  Operand plain = evaluator_.materialize(*found, 0);
  return plain.is_value() ? Lookup::of(std::move(plain.value())) : Lookup::not_here();
}

std::optional<base::Value> ContextView::materialize() const {
  Operand whole = evaluator_.whole_context(mark_, 0);
  if (!whole.is_value()) return std::nullopt;
  return std::move(whole.value());
}

}  // namespace gyr::expression
