#include "expression/evaluator.h"

#include <fmt/format.h>

#include <algorithm>

#include "expression/attributes.h"
#include "expression/evaluator_frame.h"
#include "expression/operators.h"
#include "expression/views.h"

namespace gyr::expression {

// ---------------------------------------------------------------------------------------------- failures and limits

Operand Evaluator::fail(base::Error error) {
  if (!session_.failed()) session_.error = std::move(error);
  return Operand::failed();
}

Operand Evaluator::fail(std::string_view message, uint32_t offset, base::ErrorCode code) {
  return fail(template_error(code, message, program_, offset));
}

Operand Evaluator::fail_with_cause(std::string_view message, uint32_t offset, base::Error cause) {
  base::Error error = template_error(evaluation_failed, message, program_, offset);
  if (!cause.hint().empty()) {
    error = error.with_hint(cause.hint());
  } else if (message.find(cause.message()) == std::string_view::npos) {
    error = error.with_hint(cause.message());
  }
  return fail(error.with_cause(std::move(cause)));
}

Operand Evaluator::need(HostRequest needs) {
  if (!session_.failed()) session_.needs = std::move(needs);
  return Operand::failed();
}

bool Evaluator::fail_steps(uint32_t offset) {
  session_.steps_left = 0;
  fail(fmt::format("the evaluation took more than {} steps", limits().steps), offset, limit_exceeded);
  return false;
}

bool Evaluator::fail_size(uint32_t offset) {
  fail(fmt::format("a value or the output would be larger than {} bytes", limits().output_bytes), offset,
       limit_exceeded);
  return false;
}

Operand Evaluator::make_string(std::string_view text, uint32_t offset) {
  if (!check_size(text.size(), offset)) return Operand::failed();
  return base::Value::string(text);
}

Operand Evaluator::make_list(base::ListBuilder& list, uint32_t offset) {
  uint64_t weight = 0;
  uint32_t depth = 0;
  for (const base::Value& item : list.items()) {
    depth = std::max(depth, item.depth());
    weight += std::min<uint64_t>(item.weight(), limits().output_bytes) + 1;
  }
  if (depth >= limits().depth) {
    return fail(fmt::format("a value is nested deeper than {} levels", limits().depth), offset, limit_exceeded);
  }
  if (!check_size(weight, offset)) return Operand::failed();
  return list.build();
}

Operand Evaluator::make_map(base::MapBuilder& map, uint32_t offset) {
  uint64_t weight = 0;
  uint32_t depth = 0;
  for (const auto& entry : map.entries()) {
    depth = std::max(depth, entry.value.depth());
    weight += std::min<uint64_t>(entry.value.weight() + entry.key.weight(), limits().output_bytes) + 2;
  }
  if (depth >= limits().depth) {
    return fail(fmt::format("a value is nested deeper than {} levels", limits().depth), offset, limit_exceeded);
  }
  if (!check_size(weight, offset)) return Operand::failed();
  return map.build();
}

// ---------------------------------------------------------------------------------------------- plain values

Operand Evaluator::materialize(Operand operand, uint32_t offset) {
  switch (operand.state()) {
    case Operand::State::lazy:
    case Operand::State::transient: {
      std::optional<base::Value> value = operand.map().materialize();
      if (!value) return session_.failed() ? Operand::failed() : need({});
      if (!charge(value->weight() / bytes_per_step, offset)) return Operand::failed();
      return std::move(*value);
    }
    case Operand::State::entry: {
      base::MapBuilder map;
      map.set(operand.map_entry().key, operand.map_entry().value);
      return make_map(map, offset);
    }
    case Operand::State::entries: {
      base::ListBuilder list;
      for (const auto& entry : operand.value().entries()) {
        base::MapBuilder map;
        map.set(entry.key, entry.value);
        Operand single = make_map(map, offset);
        if (single.is_failed()) return single;
        list.push(std::move(single.value()));
      }
      return make_list(list, offset);
    }
    default: return operand;
  }
}

bool Evaluator::to_value(Operand& operand, uint32_t offset) {
  if (operand.is_value()) [[likely]]
    return true;
  if (operand.is_undefined()) {
    raise_undefined(operand);
    return false;
  }
  operand = materialize(std::move(operand), offset);
  return operand.is_value();
}

bool Evaluator::append_java_text(std::string& out, const Operand& operand, uint32_t offset) {
  if (operand.is_entry()) {
    out.append(operand.map_entry().name());
    out.push_back('=');
    expression::append_java_text(out, operand.map_entry().value);
  } else if (operand.is_value()) {
    if (!operand.is_null()) expression::append_java_text(out, operand.value());
  } else {
    Operand plain = materialize(operand, offset);
    if (!plain.is_value()) return false;
    expression::append_java_text(out, plain.value());
  }
  return check_size(out.size(), offset);
}

// ---------------------------------------------------------------------------------------------- names

Operand Evaluator::of_lookup(Lookup lookup, const base::Value& name, uint64_t origin) {
  switch (lookup.kind) {
    case Lookup::Kind::value: return std::move(lookup.value);
    case Lookup::Kind::lazy: return Operand::lazy(*lookup.lazy);
    case Lookup::Kind::elsewhere: return need({});
    case Lookup::Kind::absent: break;
  }
  return Operand::undefined(name, origin);
}

Operand Evaluator::variable(const base::Value& name, uint64_t origin) {
  std::string_view text = name.text();
  bool roots_hidden = false;
  if (!session_.scopes.empty()) {
    if (const Operand* found = session_.scopes.find(text, roots_hidden)) return *found;
  }
  Operand found =
      roots_hidden ? Operand::undefined(name, origin) : of_lookup(session_.context.root(text), name, origin);
  if (!found.is_undefined()) return found;
  if (text == "_context" && !roots_hidden) {
    Scopes::Mark mark = session_.scopes.mark();
    auto* last = views_.empty() ? nullptr : dynamic_cast<ContextView*>(views_.back().get());
    if (last == nullptr || !(last->mark() == mark)) {
      views_.push_back(std::make_unique<ContextView>(*this, mark));
    }
    return Operand::transient(*views_.back());
  }
  // EXPR-37: other spellings of the literals, where no variable has the name.
  if (text == "True") return base::Value::boolean(true);
  if (text == "False") return base::Value::boolean(false);
  if (text == "Null" || text == "None") return base::Value();
  return found;
}

Operand Evaluator::member(Operand object, const base::Value& name, uint64_t origin) {
  switch (object.state()) {
    case Operand::State::value:
      if (const base::Value* found = object.value().find(name.text())) return *found;
      return attribute_of(*this, object, name, origin);
    case Operand::State::lazy:
    case Operand::State::transient: return of_lookup(object.map().get(name.text()), name, origin);
    case Operand::State::entry:
      if (name.text() == "key") return object.map_entry().key;
      if (name.text() == "value") return object.map_entry().value;
      return Operand::undefined(name, origin);
    case Operand::State::entries: {
      Operand list = materialize(std::move(object), 0);
      return list.is_value() ? attribute_of(*this, list, name, origin) : list;
    }
    default: return object;
  }
}

Operand Evaluator::value_at(std::initializer_list<std::string_view> names, uint32_t offset) {
  Operand current;
  bool first = true;
  for (std::string_view name : names) {
    base::Value text = base::Value::string(name);
    current = first ? variable(text, 0) : member(std::move(current), text, 0);
    first = false;
    if (current.is_undefined()) return base::Value();
    if (current.is_failed()) return current;
  }
  return materialize(std::move(current), offset);
}

const base::Value* walk(const Program& program, const Path& path, Lookup& at) {
  const PathSegment* segments = &program.segments[path.first];
  uint32_t i = 1;
  for (; i < path.count && at.kind == Lookup::Kind::lazy; ++i) at = at.lazy->get(segments[i].name.text());
  if (at.kind != Lookup::Kind::value) return nullptr;
  const base::Value* value = &at.value;
  for (; i < path.count && value != nullptr; ++i) value = value->find(segments[i].name.text());
  return value;
}

/// Where most paths begin: at a value in a variable or in the context. Absent for others.
Lookup Evaluator::start_of(const Path& path) const {
  const std::string_view name = program_.segments[path.first].name.text();
  if (session_.scopes.empty()) return session_.context.root(name);
  bool roots_hidden = false;
  const Operand* variable = session_.scopes.find(name, roots_hidden);
  if (variable == nullptr) return roots_hidden ? Lookup::none() : session_.context.root(name);
  if (variable->is_value()) return Lookup::of(variable->value());
  return variable->is_lazy() ? Lookup::of(variable->map()) : Lookup::none();
}

Operand Evaluator::evaluate_path(const Expr& expr, ExprId id) {
  const Path& path = program_.paths[expr.a];
  {
    Lookup at = start_of(path);
    if (const base::Value* value = walk(program_, path, at)) return *value;
  }
  const PathSegment* segments = &program_.segments[path.first];
  uint64_t origin = static_cast<uint64_t>(id) << 32;
  Operand current = variable(segments[0].name, origin);
  for (uint32_t i = 1; i < path.count && current.is_usable(); ++i) {
    current = member(std::move(current), segments[i].name, origin | i);
  }
  return current;
}

// ---------------------------------------------------------------------------------------------- expressions

Operand Evaluator::evaluate(ExprId id) {
  Frame frame(*this, 1);
  if (!frame) return Operand::failed();
  // Down the left operands without recursion, then up again: a chain of a thousand operators is not nesting.
  constexpr size_t inline_levels = 12;
  ExprId near[inline_levels];
  std::vector<ExprId> far;
  size_t levels = 0;
  const Expr* expr = &program_.exprs[id];
  while (has_left_operand(expr->op)) {
    if (levels < inline_levels) {
      near[levels] = id;
    } else {
      far.push_back(id);
    }
    ++levels;
    id = expr->a;
    expr = &program_.exprs[id];
  }
  if (!charge(levels + 1, expr->offset)) return Operand::failed();
  if (levels == 0) return evaluate_leaf(*expr, id);
  Operand value = evaluate_leaf(*expr, id);
  while (--levels > 0) {
    if (value.is_failed()) return value;
    ExprId above = levels < inline_levels ? near[levels] : far[levels - inline_levels];
    value = apply(program_.exprs[above], above, std::move(value));
  }
  return value.is_failed() ? Operand::failed() : apply(program_.exprs[near[0]], near[0], std::move(value));
}

Operand Evaluator::evaluate_leaf(const Expr& expr, ExprId id) {
  switch (expr.op) {
    case Op::literal: return expr.flag ? captured_ : program_.constants[expr.a];
    case Op::path: return evaluate_path(expr, id);
    case Op::call: return evaluate_call(expr);
    case Op::negate:
    case Op::plus: {
      Operand operand = evaluate(expr.a);
      if (!operand.is_usable()) return operand;
      return apply_sign(*this, expr.op == Op::negate, std::move(operand), expr.offset);
    }
    case Op::logical_not: {
      Operand operand = evaluate(expr.a);
      if (!operand.is_usable()) return operand;
      return apply_not(*this, std::move(operand), expr.offset);
    }
    case Op::list: return evaluate_list(expr);
    case Op::map: return evaluate_map(expr);
    default: return evaluate_join(expr);
  }
}

Operand Evaluator::apply(const Expr& expr, ExprId id, Operand&& left) {
  switch (expr.op) {
    case Op::attribute: return member(std::move(left), program_.constants[expr.b], static_cast<uint64_t>(id) << 32);
    case Op::subscript: return evaluate_subscript(expr, id, std::move(left));
    case Op::method: return evaluate_method(expr, id, std::move(left));
    case Op::filter: return evaluate_filter(expr, std::move(left));
    case Op::test: return evaluate_test(expr, std::move(left));
    case Op::logical_and:
    case Op::logical_or: return evaluate_logical(expr, std::move(left));
    case Op::coalesce: return left.is_undefined() || left.is_null() ? evaluate(expr.b) : std::move(left);
    case Op::coalesce_undefined: return left.is_undefined() ? evaluate(expr.b) : std::move(left);
    case Op::ternary: {
      if (left.is_undefined()) return std::move(left);
      if (left.is_null()) return evaluate(expr.c);
      Operand plain = materialize(std::move(left), expr.offset);
      if (plain.is_failed()) return plain;
      auto truth = truth_of(plain.value());
      if (!truth) return fail(not_a_condition(plain.value()), expr.offset);
      return evaluate(*truth ? expr.b : expr.c);
    }
    default: return apply_binary(expr, std::move(left));
  }
}

Operand Evaluator::apply_binary(const Expr& expr, Operand&& left) {
  Operand right = evaluate(expr.b);
  if (right.is_failed()) return right;
  if (left.is_undefined() || right.is_undefined()) {
    // EXPR-88: arithmetic and comparisons turn it into a failure of their own.
    std::string_view message = failure_message(expr.op);
    Operand& undefined = left.is_undefined() ? left : right;
    if (message.empty()) return std::move(undefined);
    base::Error error = template_error(evaluation_failed, message, program_, expr.offset);
    return fail(error.with_hint(fmt::format("`{}` is not defined", undefined.value().text())));
  }
  return apply_operator(*this, expr.op, std::move(left), std::move(right), expr.offset);
}

Operand Evaluator::evaluate_logical(const Expr& expr, Operand left) {
  bool is_and = expr.op == Op::logical_and;
  for (int side = 0; side < 2; ++side) {
    Operand operand = side == 0 ? std::move(left) : evaluate(expr.b);
    if (!operand.is_usable()) return operand;
    if (operand.is_null()) {
      return fail(
          fmt::format("null value used in {} operator and strict variables is set to true", is_and ? "and" : "or"),
          expr.offset);
    }
    operand = materialize(std::move(operand), expr.offset);
    if (operand.is_failed()) return operand;
    auto truth = truth_of(operand.value());
    if (!truth) return fail(not_a_condition(operand.value()), expr.offset);
    if (*truth != is_and) return base::Value::boolean(*truth);
  }
  return base::Value::boolean(is_and);
}

Operand Evaluator::evaluate_subscript(const Expr& expr, ExprId id, Operand object) {
  if (object.is_undefined()) return object;
  Operand index = evaluate(expr.b);
  if (!index.is_usable()) return index;
  if (!to_value(index, expr.offset)) return Operand::failed();
  if (index.is_null()) return fail("a subscript must not be null", expr.offset);
  return subscript_of(*this, std::move(object), index.value(), static_cast<uint64_t>(id) << 32, expr.offset);
}

Operand Evaluator::evaluate_list(const Expr& expr) {
  base::ListBuilder list;
  list.reserve(expr.b);
  for (uint32_t i = 0; i < expr.b; ++i) {
    Operand item = evaluate(program_.children[expr.a + i]);
    if (!item.is_usable()) return item;
    if (!to_value(item, expr.offset)) return Operand::failed();
    list.push(std::move(item.value()));
  }
  return make_list(list, expr.offset);
}

Operand Evaluator::evaluate_map(const Expr& expr) {
  base::MapBuilder map;
  map.reserve(expr.b);
  for (uint32_t i = 0; i < expr.b; ++i) {
    Operand key = evaluate(program_.children[expr.a + 2 * i]);
    if (!key.is_usable()) return key;
    Operand value = evaluate(program_.children[expr.a + 2 * i + 1]);
    if (!value.is_usable()) return value;
    if (!to_value(key, expr.offset) || !to_value(value, expr.offset)) return Operand::failed();
    if (key.is_string()) {
      map.set(key.value(), std::move(value.value()));
    } else {
      map.set(java_text(key.value()), std::move(value.value()));
    }
  }
  return make_map(map, expr.offset);
}

Operand Evaluator::evaluate_join(const Expr& expr) {
  std::string text;
  for (uint32_t i = 0; i < expr.b; ++i) {
    Operand part = evaluate(program_.children[expr.a + i]);
    if (!part.is_usable()) return part;
    if (!append_java_text(text, part, expr.offset)) return Operand::failed();
  }
  return make_string(text, expr.offset);
}

}  // namespace gyr::expression
