// The kinds of nodes that give several results.
#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "jq/interpreter.h"
#include "jq/interpreter_frame.h"

namespace gyr::jq {

using base::Value;

namespace {

/// The path of a part, kept on the stack of the caller.
const PathStep* step_to(PathStep& step, const PathStep* parent, const Value& key) {
  if (parent == nullptr) return nullptr;
  step = {parent, &key, PathStep::Kind::key};
  return &step;
}

}  // namespace

// ---------------------------------------------------------------------------------------------- parts of values

bool Interpreter::run_index(const Node& node, const Scope* scope, const Value& input, const PathStep* path, Emit emit) {
  return run(*node.b, scope, input, nullptr, [&](const Value& key, const PathStep*) {
    return run(*node.a, scope, input, path, [&](const Value& container, const PathStep* at) {
      Value ignored;
      if (at != nullptr && at->kind == PathStep::Kind::lost) return path_value(at, container, ignored);
      Value part;
      PathStep step;
      return get(container, key, part) && emit(part, step_to(step, at, key));
    });
  });
}

bool Interpreter::run_slice(const Node& node, const Scope* scope, const Value& input, const PathStep* path, Emit emit) {
  static const Value null;
  auto with_bound = [&](const Node* bound, FunctionRef<bool(const Value&)> use) {
    if (bound == nullptr) return use(null);
    return run(*bound, scope, input, nullptr, [&](const Value& value, const PathStep*) { return use(value); });
  };
  return with_bound(node.c, [&](const Value& to) {
    return with_bound(node.b, [&](const Value& from) {
      Value key = Value::map({{"start", from}, {"end", to}});
      return run(*node.a, scope, input, path, [&](const Value& container, const PathStep* at) {
        Value ignored;
        if (at != nullptr && at->kind == PathStep::Kind::lost) return path_value(at, container, ignored);
        Value part;
        PathStep step;
        return get(container, key, part) && emit(part, step_to(step, at, key));
      });
    });
  });
}

bool Interpreter::run_iterate(const Node& node, const Scope* scope, const Value& input, const PathStep* path,
                              Emit emit) {
  return run(*node.a, scope, input, path, [&](const Value& container, const PathStep* at) {
    Value ignored;
    if (at != nullptr && at->kind == PathStep::Kind::lost) return path_value(at, container, ignored);
    if (container.is_list()) {
      for (size_t i = 0; i < container.size(); ++i) {
        Value key = Value::fitting_integer(static_cast<int64_t>(i));
        PathStep step;
        if (!charge(1) || !emit(container.items()[i], step_to(step, at, key))) return false;
      }
      return true;
    }
    if (container.is_map()) {
      for (const auto& entry : container.entries()) {
        PathStep step;
        if (!charge(1) || !emit(entry.value, step_to(step, at, entry.key))) return false;
      }
      return true;
    }
    std::string text;
    append_json(text, container);
    return fail(fmt::format("Cannot iterate over {}{}", type_name(container),
                            container.is_null() ? std::string() : fmt::format(" ({})", text.substr(0, 60))));
  });
}

bool Interpreter::run_recurse(const Value& input, const PathStep* path, Emit emit) {
  Frame frame(*this);
  if (!frame || !emit(input, path)) return false;
  if (input.is_list()) {
    for (size_t i = 0; i < input.size(); ++i) {
      Value key = Value::fitting_integer(static_cast<int64_t>(i));
      PathStep step;
      if (!run_recurse(input.items()[i], step_to(step, path, key), emit)) return false;
    }
  } else if (input.is_map()) {
    for (const auto& entry : input.entries()) {
      PathStep step;
      if (!run_recurse(entry.value, step_to(step, path, entry.key), emit)) return false;
    }
  }
  return true;
}

// ---------------------------------------------------------------------------------------------- new values

bool Interpreter::append_inserted(const Node& insert, const Value& value, std::string& text) {
  if (insert.value.is_string()) return apply_format(*this, insert.value.text(), value, text);
  if (value.is_string()) {
    text.append(value.text());
  } else if (value.is_number()) {
    // A real number keeps its fraction in a text, unlike in JSON.
    append_json(text, value);
    bool whole = text.find_first_of(".e", text.size() - std::min<size_t>(text.size(), 25)) == std::string::npos;
    if (whole && std::isfinite(value.as_number())) text.append(".0");
  } else {
    append_json(text, value);
  }
  return check_size(text.size());
}

bool Interpreter::run_text(const Node& node, size_t left, std::vector<std::string>& texts, const Scope* scope,
                           const Value& input, const PathStep* path, Emit emit) {
  while (left > 0 && node.parts[left - 1]->kind == Kind::literal) --left;
  if (left > 0) {
    const Node& insert = *node.parts[left - 1];
    return run(*insert.a, scope, input, nullptr, [&](const Value& value, const PathStep*) {
      texts[left - 1].clear();
      return append_inserted(insert, value, texts[left - 1]) &&
             run_text(node, left - 1, texts, scope, input, path, emit);
    });
  }
  std::string text;
  for (size_t i = 0; i < texts.size(); ++i) {
    bool literal = node.parts[i]->kind == Kind::literal;
    text.append(literal ? node.parts[i]->value.text() : std::string_view(texts[i]));
  }
  Value out;
  return make_string(text, out) && emit(out, lost(path));
}

bool Interpreter::run_object(const Node& node, size_t part, base::MapBuilder& map, const Scope* scope,
                             const Value& input, const PathStep* path, Emit emit) {
  Frame frame(*this);
  if (!frame) return false;
  if (part == node.parts.size()) {
    base::MapBuilder copy = map;
    Value out;
    return make_map(copy, out) && emit(out, lost(path));
  }
  return run(*node.parts[part], scope, input, nullptr, [&](const Value& key, const PathStep*) {
    if (!key.is_string()) {
      return fail(fmt::format("Object keys must be strings, not {}", type_name(key)));
    }
    return run(*node.parts[part + 1], scope, input, nullptr, [&](const Value& value, const PathStep*) {
      base::MapBuilder with = map;
      with.set(key, value);
      return run_object(node, part + 2, with, scope, input, path, emit);
    });
  });
}

bool Interpreter::run_binary(const Node& node, const Scope* scope, const Value& input, const PathStep* path,
                             Emit emit) {
  return run(*node.b, scope, input, nullptr, [&](const Value& right, const PathStep*) {
    return run(*node.a, scope, input, nullptr, [&](const Value& left, const PathStep*) {
      Value out;
      return calculate(node.op, left, right, out) && emit(out, lost(path));
    });
  });
}

bool Interpreter::run_logical(const Node& node, const Scope* scope, const Value& input, const PathStep* path,
                              Emit emit) {
  bool is_and = node.kind == Kind::logical_and;
  return run(*node.a, scope, input, nullptr, [&](const Value& left, const PathStep*) {
    if (is_true(left) != is_and) return emit(Value::boolean(!is_and), lost(path));
    return run(*node.b, scope, input, nullptr,
               [&](const Value& right, const PathStep*) { return emit(Value::boolean(is_true(right)), lost(path)); });
  });
}

/// The true results of the left side; where there are none, the right side. Errors of the left side count as its end.
bool Interpreter::run_alternative(const Node& node, const Scope* scope, const Value& input, const PathStep* path,
                                  Emit emit) {
  bool any = false;
  bool stopped_behind = false;
  bool ok = run(*node.a, scope, input, path, [&](const Value& value, const PathStep* at) {
    if (!is_true(value)) return true;
    any = true;
    stopped_behind = !emit(value, at);
    return !stopped_behind;
  });
  if (!ok) {
    if (stopped_behind || !is_caught()) return false;
    signal_ = Signal::none;
  }
  return any || run(*node.b, scope, input, path, emit);
}

bool Interpreter::run_attempt(const Node& node, const Scope* scope, const Value& input, const PathStep* path,
                              Emit emit) {
  bool stopped_behind = false;
  bool ok = run(*node.a, scope, input, path, [&](const Value& value, const PathStep* at) {
    stopped_behind = !emit(value, at);
    return !stopped_behind;
  });
  if (ok) return true;
  // Errors after this filter are not its own.
  if (stopped_behind || !is_caught()) return false;
  signal_ = Signal::none;
  if (node.b == nullptr) return true;
  Value error = std::move(error_);
  return run(*node.b, scope, error, lost(path), emit);
}

bool Interpreter::run_foreach(const Node& node, const Scope* scope, const Value& input, const PathStep* path,
                              Emit emit) {
  return run(*node.b, scope, input, nullptr, [&](const Value& start, const PathStep*) {
    Value state = start;
    return run(*node.a, scope, input, nullptr, [&](const Value& item, const PathStep*) {
      return with_patterns(node, scope, input, item, [&](const Scope* inner) {
        Value before = state;
        return run(*node.c, inner, before, nullptr, [&](const Value& next, const PathStep*) {
          state = next;
          if (node.d == nullptr) return emit(next, lost(path));
          return run(*node.d, inner, next, nullptr,
                     [&](const Value& extracted, const PathStep*) { return emit(extracted, lost(path)); });
        });
      });
    });
  });
}

bool Interpreter::run_bind(const Node& node, const Scope* scope, const Value& input, const PathStep* path, Emit emit) {
  return run(*node.a, scope, input, nullptr, [&](const Value& value, const PathStep*) {
    return with_patterns(node, scope, input, value,
                         [&](const Scope* inner) { return run(*node.b, inner, input, path, emit); });
  });
}

// ---------------------------------------------------------------------------------------------- destructuring

/// Tries the patterns in turn: an error under one of them, in the body too, is the turn of the next. All variables of
/// all patterns exist in each.
bool Interpreter::with_patterns(const Node& node, const Scope* scope, const Value& input, const Value& value,
                                FunctionRef<bool(const Scope*)> body) {
  if (node.patterns.size() == 1) return destructure(node.patterns[0], scope, input, value, body);
  std::vector<uint32_t> ids;
  auto note = [&](auto&& self, const Pattern& pattern) -> void {
    if (pattern.form == Pattern::Form::variable) ids.push_back(pattern.id);
    for (const Pattern& item : pattern.items) self(self, item);
    for (const auto& entry : pattern.entries) {
      if (entry.id != 0) ids.push_back(entry.id);
      if (entry.has_value) self(self, entry.value);
    }
  };
  for (const Pattern& pattern : node.patterns) note(note, pattern);
  std::vector<Scope> nulls(ids.size());
  const Scope* inner = scope;
  for (size_t i = 0; i < ids.size(); ++i) {
    nulls[i].parent = inner;
    nulls[i].id = ids[i];
    inner = &nulls[i];
  }
  for (size_t i = 0; i < node.patterns.size(); ++i) {
    if (destructure(node.patterns[i], inner, input, value, body)) return true;
    bool last = i + 1 == node.patterns.size();
    if (last || !is_caught()) return false;
    signal_ = Signal::none;
  }
  return true;
}

bool Interpreter::destructure(const Pattern& pattern, const Scope* scope, const Value& input, const Value& value,
                              FunctionRef<bool(const Scope*)> body) {
  Frame frame(*this);
  if (!frame) return false;
  switch (pattern.form) {
    case Pattern::Form::variable: {
      Scope inner{.parent = scope, .id = pattern.id, .value = value};
      return body(&inner);
    }
    case Pattern::Form::array:
      if (!value.is_list() && !value.is_null()) {
        return fail(fmt::format("Cannot index {} with number", type_name(value)));
      }
      return destructure_items(pattern, 0, scope, input, value, body);
    case Pattern::Form::object: return destructure_entries(pattern, 0, scope, input, value, body);
  }
  return true;
}

bool Interpreter::destructure_items(const Pattern& pattern, size_t index, const Scope* scope, const Value& input,
                                    const Value& value, FunctionRef<bool(const Scope*)> body) {
  if (index == pattern.items.size()) return body(scope);
  const Value* item = value.at(index);
  return destructure(pattern.items[index], scope, input, item == nullptr ? Value() : *item, [&](const Scope* inner) {
    return destructure_items(pattern, index + 1, inner, input, value, body);
  });
}

bool Interpreter::destructure_entries(const Pattern& pattern, size_t index, const Scope* scope, const Value& input,
                                      const Value& value, FunctionRef<bool(const Scope*)> body) {
  if (index == pattern.entries.size()) return body(scope);
  const Pattern::Entry& entry = pattern.entries[index];
  return run(*entry.key, scope, input, nullptr, [&](const Value& key, const PathStep*) {
    if (!key.is_string()) return fail(fmt::format("Cannot index {} with {}", type_name(value), type_name(key)));
    Value part;
    if (!get(value, key, part)) return false;
    Scope named{.parent = scope, .id = entry.id, .value = part};
    const Scope* inner = entry.id == 0 ? scope : &named;
    auto rest = [&](const Scope* at) { return destructure_entries(pattern, index + 1, at, input, value, body); };
    return entry.has_value ? destructure(entry.value, inner, input, part, rest) : rest(inner);
  });
}

// ---------------------------------------------------------------------------------------------- calls

const Scope* Interpreter::definition_of(const Node& call, const Scope* scope) const {
  for (const Scope* at = scope; at != nullptr; at = at->parent) {
    if (at->id == call.id && call.id != 0) return at;
  }
  return nullptr;
}

bool Interpreter::with_parameters(const Node& call, const Scope* scope, const Value& input, size_t index,
                                  const Scope* inner, FunctionRef<bool(const Scope*)> body) {
  const Function& function = *call.function;
  if (index == function.parameters.size()) return body(inner);
  const Function::Parameter& parameter = function.parameters[index];
  Scope closure{.parent = inner, .id = parameter.closure, .closure = call.parts[index], .closure_scope = scope};
  if (parameter.variable == 0) return with_parameters(call, scope, input, index + 1, &closure, body);
  return run(*call.parts[index], scope, input, nullptr, [&](const Value& value, const PathStep*) {
    Scope variable{.parent = &closure, .id = parameter.variable, .value = value};
    return with_parameters(call, scope, input, index + 1, &variable, body);
  });
}

bool Interpreter::run_call(const Node& node, const Scope* scope, const Value& input, const PathStep* path, Emit emit) {
  if (node.builtin != nullptr) return run_builtin(node, scope, input, path, emit);
  const Scope* definition = definition_of(node, scope);
  if (node.is_closure) return run(*definition->closure, definition->closure_scope, input, path, emit);
  return with_parameters(node, scope, input, 0, definition,
                         [&](const Scope* inner) { return run(*node.function->body, inner, input, path, emit); });
}

bool Interpreter::run_builtin(const Node& node, const Scope* scope, const Value& input, const PathStep* path,
                              Emit emit) {
  if (node.builtin->filter != nullptr) return node.builtin->filter(*this, node, scope, input, path, emit);
  std::vector<Value> arguments(node.parts.size());
  auto with_argument = [&](auto&& self, size_t index) -> bool {
    if (index == arguments.size()) {
      Value out;
      return node.builtin->value(*this, input, arguments, out) && emit(out, lost(path));
    }
    return run(*node.parts[index], scope, input, nullptr, [&](const Value& value, const PathStep*) {
      arguments[index] = value;
      return self(self, index + 1);
    });
  };
  return with_argument(with_argument, 0);
}

}  // namespace gyr::jq
