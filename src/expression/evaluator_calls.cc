// Calls of filters, functions, tests and methods.
#include <fmt/format.h>

#include <memory>

#include "expression/attributes.h"
#include "expression/evaluator.h"
#include "expression/evaluator_frame.h"

namespace gyr::expression {
namespace {

/// Arguments of a call; few of them cost no allocation, none cost nothing.
class Arguments {
 public:
  explicit Arguments(size_t count) : is_near_(count <= near_count) {
    if (!is_near_) far_.reserve(count);
  }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments() { std::destroy_n(near_.items, size_); }

  /// One more, made in its place.
  template <class Make>
  Operand& add(Make make) {
    if (!is_near_) return far_.emplace_back(make());
    return *std::construct_at(&near_.items[size_++], make());
  }
  std::span<const Operand> all() const {
    return is_near_ ? std::span(near_.items, size_) : std::span<const Operand>(far_);
  }

 private:
  static constexpr size_t near_count = 4;
  union Near {
    Near() {}   // NOLINT(modernize-use-equals-default)
    ~Near() {}  // NOLINT(modernize-use-equals-default)
    Operand items[near_count];
  };
  bool is_near_;
  size_t size_ = 0;  // of near_
  Near near_;
  std::vector<Operand> far_;
};

}  // namespace

Operand Evaluator::invoke(const Call& call, Operand&& input, bool has_input, uint32_t offset) {
  if (!call.problem.empty()) {
    base::Error error = template_error(evaluation_failed, call.problem, program_, offset);
    return fail(call.hint.empty() ? error : error.with_hint(call.hint));
  }
  const Entry& entry = *call.entry;
  if (input.is_undefined() && !entry.has(takes_undefined)) return std::move(input);
  const bool takes_plain = !entry.has(takes_lazy);
  Arguments arguments(call.count);
  for (size_t i = 0; i < call.count; ++i) {
    uint32_t argument = program_.children[call.first + i];
    if (argument == none) {
      arguments.add([] { return Operand::undefined({}, 0); });  // left out, which some functions distinguish from null
      continue;
    }
    Operand& value = arguments.add([&] { return evaluate(argument); });
    if (!value.is_usable()) return std::move(value);
    if (takes_plain && !value.is_value()) value = materialize(std::move(value), offset);
    if (value.is_failed()) return std::move(value);
  }
  if (has_input && input.is_usable()) {
    if (entry.has(null_is_null) && input.is_null()) return std::move(input);
    if (takes_plain && !input.is_value()) input = materialize(std::move(input), offset);
    if (input.is_failed()) return std::move(input);
    if (!charge(1 + input.value().weight() / bytes_per_step, offset)) return Operand::failed();
  }
  for (size_t i = 0; i < entry.parameters.size(); ++i) {
    bool is_missing = i >= call.count || arguments.all()[i].is_null() || arguments.all()[i].is_undefined();
    if (is_missing && !entry.parameters[i].required.empty()) return fail(entry.parameters[i].required, offset);
  }
  Invocation invocation(*this, entry, input, arguments.all(), offset);
  Operand result = entry.run(invocation);
  if (result.is_value()) {
    uint64_t weight = result.value().weight();
    if (!check_size(weight, offset) || !charge(weight / bytes_per_step, offset)) return Operand::failed();
  }
  return result;
}

Operand Evaluator::evaluate_call(const Expr& expr) {
  const Call& call = program_.calls[expr.b];
  if (call.entry == nullptr && expr.c != none) return call_macro(expr);
  return invoke(call, {}, false, expr.offset);
}

Operand Evaluator::evaluate_filter(const Expr& expr, Operand&& input) {
  return invoke(program_.calls[expr.b], std::move(input), true, expr.offset);
}

Operand Evaluator::evaluate_test(const Expr& expr, Operand&& input) {
  Operand result = invoke(program_.calls[expr.b], std::move(input), true, expr.offset);
  if (!result.is_value() || !expr.flag) return result;
  return base::Value::boolean(!result.value().as_boolean());
}

Operand Evaluator::evaluate_method(const Expr& expr, ExprId id, Operand object) {
  if (object.is_undefined()) return object;
  const Call& call = program_.calls[expr.b];
  std::vector<base::Value> arguments;
  for (size_t i = 0; i < call.count; ++i) {
    Operand value = evaluate(program_.children[call.first + i]);
    if (!value.is_usable()) return value;
    if (!to_value(value, expr.offset)) return Operand::failed();
    arguments.push_back(std::move(value.value()));
  }
  if (object.is_lazy()) object = materialize(std::move(object), expr.offset);
  if (object.is_failed()) return object;
  return call_method(*this, object, call.name, arguments, static_cast<uint64_t>(id) << 32, expr.offset);
}

// ---------------------------------------------------------------------------------------------- invocation

const base::Value& Invocation::argument(size_t index) const {
  static const base::Value null;
  return index < arguments_.size() ? arguments_[index].value() : null;
}

std::string Invocation::text_of(const base::Value& value) { return java_text(value); }

Operand Invocation::ask_host(std::string_view function, base::MapBuilder& arguments) {
  HostCall call{std::string(function), arguments.build()};
  const base::Result<base::Value>* answer = session().answer(call);
  if (answer == nullptr) return evaluator_.need(HostRequest{std::move(call)});
  if (!*answer) return fail(answer->error(), answer->error().message());
  return **answer;
}

Operand Evaluator::whole_context(Scopes::Mark mark, uint32_t offset) {
  base::MapBuilder map;
  auto visible = session_.scopes.visible(mark);
  bool roots_hidden = false;
  session_.scopes.find("", mark, roots_hidden);
  if (!roots_hidden) {
    for (const std::string& name : session_.context.root_names()) {
      Operand value = of_lookup(session_.context.root(name), {}, 0);
      if (value.is_undefined()) continue;
      value = materialize(std::move(value), offset);
      if (value.is_failed()) return value;
      map.set(name, std::move(value.value()));
    }
  }
  for (const auto& variable : visible) {
    // A view of the evaluation itself would hold this map again.
    if (variable.value.state() == Operand::State::transient) continue;
    Operand value = materialize(variable.value, offset);
    if (value.is_failed()) return value;
    map.set(variable.name, std::move(value.value()));
  }
  return make_map(map, offset);
}

}  // namespace gyr::expression
