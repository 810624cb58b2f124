#include "jq/interpreter.h"

#include <fmt/format.h>

#include "base/text.h"
#include "jq/interpreter_frame.h"
#include "syntax/json.h"

namespace gyr::jq {

using base::Value;

// ---------------------------------------------------------------------------------------------- the run

Interpreter::End Interpreter::run(const Program& program, const Value& input, base::ListBuilder& results) {
  uint64_t bytes = 0;
  bool ok = run(*program.root, nullptr, plain(input), nullptr, [&](const Value& value, const PathStep*) {
    bytes += value.weight();
    if (!check_size(bytes) || !check_part(value)) return false;
    results.push(value);
    return true;
  });
  if (ok || signal_ == Signal::halt) return End::done;
  return signal_ == Signal::limit ? End::limit : End::error;
}

std::string Interpreter::message() const {
  if (error_.is_string()) return std::string(error_.text());
  std::string text;
  append_json(text, error_);
  return text + " (not a string)";
}

bool Interpreter::fail(Value error) {
  signal_ = Signal::error;
  error_ = std::move(error);
  return false;
}

bool Interpreter::fail_limit(std::string_view message) {
  signal_ = Signal::limit;
  error_ = Value::string(message);
  return false;
}

bool Interpreter::charge(uint64_t steps) {
  if (steps_left_ < steps) {
    steps_left_ = 0;
    return fail_limit(fmt::format("the jq program took more than {} steps", limits_.steps));
  }
  steps_left_ -= steps;
  return true;
}

bool Interpreter::check_size(uint64_t bytes) {
  if (bytes <= limits_.bytes) return true;
  return fail_limit(fmt::format("a value of the jq program would be larger than {} bytes", limits_.bytes));
}

bool Interpreter::check_part(const Value& part) {
  if (part.depth() + 1 < limits_.depth) return true;
  return fail_limit(fmt::format("a value of the jq program is nested deeper than {} levels", limits_.depth));
}

bool Interpreter::make_list(base::ListBuilder& list, Value& out) {
  uint64_t weight = 0;
  for (const Value& item : list.items()) {
    weight += std::min<uint64_t>(item.weight(), limits_.bytes) + 1;
    if (!check_part(item)) return false;
  }
  if (!check_size(weight) || !charge(list.size() / items_per_step)) return false;
  out = list.build();
  return true;
}

bool Interpreter::make_map(base::MapBuilder& map, Value& out) {
  uint64_t weight = 0;
  for (const auto& entry : map.entries()) {
    weight += std::min<uint64_t>(entry.value.weight() + entry.key.weight(), limits_.bytes);
    if (!check_part(entry.value)) return false;
  }
  if (!check_size(weight) || !charge(map.size() / items_per_step)) return false;
  out = map.build();
  return true;
}

bool Interpreter::make_string(std::string_view text, Value& out) {
  if (!check_size(text.size()) || !charge(text.size() / bytes_per_step)) return false;
  out = Value::string(text);
  return true;
}

bool Interpreter::collect(const Node& node, const Scope* scope, const Value& input, base::ListBuilder& out) {
  uint64_t bytes = 0;
  return run(node, scope, input, nullptr, [&](const Value& value, const PathStep*) {
    bytes += value.weight();
    if (!check_size(bytes)) return false;
    out.push(value);
    return true;
  });
}

bool Interpreter::with_label(FunctionRef<bool(uint64_t)> body) {
  uint64_t label = ++labels_;
  if (body(label)) return true;
  if (signal_ != Signal::leave || leaving_ != label) return false;
  signal_ = Signal::none;
  return true;
}

bool Interpreter::leave(uint64_t label) {
  signal_ = Signal::leave;
  leaving_ = label;
  return false;
}

bool Interpreter::halt() {
  signal_ = Signal::halt;
  return false;
}

const PathStep* Interpreter::lost(const PathStep* path) {
  static constexpr PathStep step{nullptr, nullptr, PathStep::Kind::lost};
  return path == nullptr ? nullptr : &step;
}

bool Interpreter::path_value(const PathStep* path, const Value& value, Value& out) {
  if (path->kind == PathStep::Kind::lost) {
    std::string text;
    append_json(text, value);
    return fail(fmt::format("Invalid path expression with result {}", text.substr(0, 100)));
  }
  std::vector<Value> keys;
  for (const PathStep* step = path; step->kind == PathStep::Kind::key; step = step->parent) keys.push_back(*step->key);
  base::ListBuilder list;
  for (size_t i = keys.size(); i-- > 0;) list.push(keys[i]);
  return make_list(list, out);
}

// ---------------------------------------------------------------------------------------------- dispatch

bool Interpreter::run(const Node& node, const Scope* scope, const Value& input, const PathStep* path, Emit emit) {
  Frame frame(*this);
  if (!frame) return false;
  if (node.single && path == nullptr) {
    Value out;
    return single(node, scope, input, out) && emit(out, nullptr);
  }
  switch (node.kind) {
    case Kind::identity: return emit(input, path);
    case Kind::recurse: return run_recurse(input, path, emit);
    case Kind::index: return run_index(node, scope, input, path, emit);
    case Kind::slice: return run_slice(node, scope, input, path, emit);
    case Kind::iterate: return run_iterate(node, scope, input, path, emit);
    case Kind::text: {
      std::vector<std::string> texts(node.parts.size());
      return run_text(node, node.parts.size(), texts, scope, input, path, emit);
    }
    case Kind::object: {
      base::MapBuilder map;
      return run_object(node, 0, map, scope, input, path, emit);
    }
    case Kind::negate:
      return run(*node.a, scope, input, nullptr, [&](const Value& value, const PathStep*) {
        Value out;
        return calculate(Operator::subtract, Value::narrow_integer(0), value, out) && emit(out, lost(path));
      });
    case Kind::pipe:
      return run(*node.a, scope, input, path,
                 [&](const Value& value, const PathStep* at) { return run(*node.b, scope, value, at, emit); });
    case Kind::comma:
      for (const Node* part : node.parts) {
        if (!run(*part, scope, input, path, emit)) return false;
      }
      return true;
    case Kind::binary: return run_binary(node, scope, input, path, emit);
    case Kind::logical_and:
    case Kind::logical_or: return run_logical(node, scope, input, path, emit);
    case Kind::alternative: return run_alternative(node, scope, input, path, emit);
    case Kind::assign: return run_assign(node, scope, input, path, emit);
    case Kind::update_with: return run_update_with(node, scope, input, path, emit);
    case Kind::branch:
      return run(*node.a, scope, input, nullptr, [&](const Value& condition, const PathStep*) {
        const Node* chosen = is_true(condition) ? node.b : node.c;
        return chosen == nullptr ? emit(input, path) : run(*chosen, scope, input, path, emit);
      });
    case Kind::attempt: return run_attempt(node, scope, input, path, emit);
    case Kind::foreach: return run_foreach(node, scope, input, path, emit);
    case Kind::define: {
      Scope inner{.parent = scope, .id = node.function->id, .function = node.function};
      return run(*node.a, &inner, input, path, emit);
    }
    case Kind::call: return run_call(node, scope, input, path, emit);
    case Kind::bind: return run_bind(node, scope, input, path, emit);
    case Kind::label:
      return with_label([&](uint64_t label) {
        Scope inner{.parent = scope, .id = node.id, .label = label};
        return run(*node.a, &inner, input, path, emit);
      });
    case Kind::leave:
      for (const Scope* at = scope; at != nullptr; at = at->parent) {
        if (at->id == node.id) return leave(at->label);
      }
      return fail("break");
    default: {
      // Makes a new value, so it is nothing a path could lead to.
      Value out;
      return single(node, scope, input, out) && emit(out, lost(path));
    }
  }
}

bool Interpreter::single(const Node& node, const Scope* scope, const Value& input, Value& out) {
  Frame frame(*this);
  if (!frame) return false;
  switch (node.kind) {
    case Kind::identity: out = input; return true;
    case Kind::literal: out = node.value; return true;
    case Kind::variable:
      for (const Scope* at = scope; at != nullptr; at = at->parent) {
        if (at->id != node.id) continue;
        out = at->value;
        return true;
      }
      return fail("a variable is not bound");
    case Kind::index: {
      Value container;
      Value key;
      if (!single(*node.b, scope, input, key) || !single(*node.a, scope, input, container)) return false;
      return get(container, key, out);
    }
    case Kind::slice: {
      Value container;
      base::MapBuilder key;
      for (const auto& [name, bound] : {std::pair("start", node.b), std::pair("end", node.c)}) {
        Value value;
        if (bound != nullptr && !single(*bound, scope, input, value)) return false;
        key.set(name, std::move(value));
      }
      return single(*node.a, scope, input, container) && get(container, key.build(), out);
    }
    case Kind::array: return single_array(node, scope, input, out);
    case Kind::object: return single_object(node, scope, input, out);
    case Kind::text: return single_text(node, scope, input, out);
    case Kind::format: {
      std::string text;
      return apply_format(*this, node.value.text(), input, text) && make_string(text, out);
    }
    case Kind::negate: {
      Value value;
      return single(*node.a, scope, input, value) &&
             calculate(Operator::subtract, Value::narrow_integer(0), value, out);
    }
    case Kind::pipe: {
      Value middle;
      return single(*node.a, scope, input, middle) && single(*node.b, scope, middle, out);
    }
    case Kind::binary:
    case Kind::logical_and:
    case Kind::logical_or: return single_binary(node, scope, input, out);
    case Kind::alternative: return single_alternative(node, scope, input, out);
    case Kind::branch: {
      Value condition;
      if (!single(*node.a, scope, input, condition)) return false;
      const Node* chosen = is_true(condition) ? node.b : node.c;
      if (chosen != nullptr) return single(*chosen, scope, input, out);
      out = input;
      return true;
    }
    case Kind::attempt: {
      if (single(*node.a, scope, input, out)) return true;
      if (!is_caught()) return false;
      signal_ = Signal::none;
      Value error = std::move(error_);
      return single(*node.b, scope, error, out);
    }
    case Kind::reduce: return single_reduce(node, scope, input, out);
    case Kind::update:
    case Kind::assign:
    case Kind::update_with: return single_update(node, scope, input, out);
    case Kind::define: {
      Scope inner{.parent = scope, .id = node.function->id, .function = node.function};
      return single(*node.a, &inner, input, out);
    }
    case Kind::call: return single_call(node, scope, input, out);
    default: return fail("a filter has no single result");
  }
}

}  // namespace gyr::jq
