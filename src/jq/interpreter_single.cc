// Nodes that give exactly one result, without callbacks.
#include <fmt/format.h>

#include "jq/interpreter.h"
#include "jq/interpreter_frame.h"

namespace gyr::jq {

using base::Value;

bool Interpreter::single_array(const Node& node, const Scope* scope, const Value& input, Value& out) {
  base::ListBuilder list;
  if (node.a != nullptr && !collect(*node.a, scope, input, list)) return false;
  return make_list(list, out);
}

bool Interpreter::single_object(const Node& node, const Scope* scope, const Value& input, Value& out) {
  base::MapBuilder map;
  for (size_t i = 0; i < node.parts.size(); i += 2) {
    Value key;
    Value value;
    if (!single(*node.parts[i], scope, input, key) || !single(*node.parts[i + 1], scope, input, value)) return false;
    if (!key.is_string()) return fail(fmt::format("Object keys must be strings, not {}", type_name(key)));
    map.set(key, std::move(value));
  }
  return make_map(map, out);
}

bool Interpreter::single_text(const Node& node, const Scope* scope, const Value& input, Value& out) {
  std::string text;
  for (const Node* part : node.parts) {
    if (part->kind == Kind::literal) {
      text.append(part->value.text());
      continue;
    }
    Value value;
    if (!single(*part->a, scope, input, value) || !append_inserted(*part, value, text)) return false;
  }
  return make_string(text, out);
}

bool Interpreter::single_binary(const Node& node, const Scope* scope, const Value& input, Value& out) {
  Value left;
  Value right;
  if (node.kind == Kind::binary) {
    if (!single(*node.b, scope, input, right) || !single(*node.a, scope, input, left)) return false;
    return calculate(node.op, left, right, out);
  }
  bool is_and = node.kind == Kind::logical_and;
  if (!single(*node.a, scope, input, left)) return false;
  bool truth = is_true(left);
  if (truth == is_and) {
    if (!single(*node.b, scope, input, right)) return false;
    truth = is_true(right);
  }
  out = Value::boolean(truth);
  return true;
}

bool Interpreter::single_alternative(const Node& node, const Scope* scope, const Value& input, Value& out) {
  if (single(*node.a, scope, input, out)) {
    if (is_true(out)) return true;
  } else {
    if (!is_caught()) return false;
    signal_ = Signal::none;
  }
  return single(*node.b, scope, input, out);
}

/// The last result of each update is the next state; an update without any makes it null.
bool Interpreter::single_reduce(const Node& node, const Scope* scope, const Value& input, Value& out) {
  Value state;
  bool has_start = false;
  bool ok = run(*node.b, scope, input, nullptr, [&](const Value& start, const PathStep*) {
    state = start;
    has_start = true;
    return true;
  });
  if (!ok) return false;
  if (!has_start) return fail("reduce requires an initial value");
  ok = run(*node.a, scope, input, nullptr, [&](const Value& item, const PathStep*) {
    return with_patterns(node, scope, input, item, [&](const Scope* inner) {
      Value next;
      if (node.c->single) {
        if (!single(*node.c, inner, state, next)) return false;
      } else {
        Value before = std::move(state);
        bool updated = run(*node.c, inner, before, nullptr, [&](const Value& value, const PathStep*) {
          next = value;
          return true;
        });
        if (!updated) return false;
      }
      state = std::move(next);
      return true;
    });
  });
  out = std::move(state);
  return ok;
}

bool Interpreter::single_call(const Node& node, const Scope* scope, const Value& input, Value& out) {
  if (node.builtin == nullptr) {
    return with_parameters(node, scope, input, 0, definition_of(node, scope),
                           [&](const Scope* inner) { return single(*node.function->body, inner, input, out); });
  }
  constexpr size_t max_arguments = 4;
  Value arguments[max_arguments];
  for (size_t i = 0; i < node.parts.size(); ++i) {
    if (!single(*node.parts[i], scope, input, arguments[i])) return false;
  }
  return node.builtin->value(*this, input, std::span(arguments, node.parts.size()), out);
}

}  // namespace gyr::jq
