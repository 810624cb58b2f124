// Assignments: what the paths of the left side lead to gets new values.
#include <fmt/format.h>

#include "jq/interpreter.h"
#include "jq/interpreter_frame.h"

namespace gyr::jq {

using base::Value;

/// `a = b` for one value of b.
bool Interpreter::each_update(const Node& node, const Scope* scope, const Value& input, const Value& operand,
                              Value& out) {
  bool removed = false;
  if (node.kind == Kind::assign) {
    auto replace = [&](const Value&, Value& changed, bool&) {
      changed = operand;
      return true;
    };
    return modify(*node.a, scope, input, replace, out, removed);
  }
  auto change = [&](const Value& old, Value& changed, bool&) {
    if (node.op != Operator::alternative) return calculate(node.op, old, operand, changed);
    changed = is_true(old) ? old : operand;
    return true;
  };
  return modify(*node.a, scope, input, change, out, removed);
}

bool Interpreter::run_assign(const Node& node, const Scope* scope, const Value& input, const PathStep* path,
                             Emit emit) {
  return run(*node.b, scope, input, nullptr, [&](const Value& operand, const PathStep*) {
    Value out;
    return each_update(node, scope, input, operand, out) && emit(out, lost(path));
  });
}

bool Interpreter::run_update_with(const Node& node, const Scope* scope, const Value& input, const PathStep* path,
                                  Emit emit) {
  return run_assign(node, scope, input, path, emit);
}

bool Interpreter::single_update(const Node& node, const Scope* scope, const Value& input, Value& out) {
  if (node.kind != Kind::update) {
    Value operand;
    return single(*node.b, scope, input, operand) && each_update(node, scope, input, operand, out);
  }
  // The first result counts; a part without any goes.
  auto change = [&](const Value& old, Value& changed, bool& removed) {
    if (node.b->single) return single(*node.b, scope, old, changed);
    removed = true;
    return with_label([&](uint64_t label) {
      return run(*node.b, scope, old, nullptr, [&](const Value& value, const PathStep*) {
        changed = value;
        removed = false;
        return leave(label);
      });
    });
  };
  bool removed = false;
  if (!modify(*node.a, scope, input, change, out, removed)) return false;
  if (removed) out = Value();
  return true;
}

// ---------------------------------------------------------------------------------------------- by the structure of
// paths

bool Interpreter::modify(const Node& node, const Scope* scope, const Value& input, Change change, Value& out,
                         bool& removed) {
  Frame frame(*this);
  if (!frame) return false;
  switch (node.kind) {
    case Kind::identity: return change(input, out, removed);
    case Kind::index:
    case Kind::slice: return modify_index(node, scope, input, change, out, removed);
    case Kind::iterate: return modify_iterate(node, scope, input, change, out, removed);
    case Kind::pipe:
      return modify(
          *node.a, scope, input,
          [&](const Value& old, Value& changed, bool& gone) {
            return modify(*node.b, scope, old, change, changed, gone);
          },
          out, removed);
    case Kind::branch: {
      if (!node.a->single) return modify_paths(node, scope, input, change, out);
      Value condition;
      if (!single(*node.a, scope, input, condition)) return false;
      const Node* chosen = is_true(condition) ? node.b : node.c;
      return chosen == nullptr ? change(input, out, removed) : modify(*chosen, scope, input, change, out, removed);
    }
    case Kind::attempt: {
      if (node.b != nullptr) return modify_paths(node, scope, input, change, out);
      if (modify(*node.a, scope, input, change, out, removed)) return true;
      if (!is_caught()) return false;
      signal_ = Signal::none;
      removed = false;
      out = input;
      return true;
    }
    case Kind::call: return modify_call(node, scope, input, change, out, removed);
    default: return modify_paths(node, scope, input, change, out);
  }
}

bool Interpreter::modify_index(const Node& node, const Scope* scope, const Value& input, Change change, Value& out,
                               bool& removed) {
  Value key;
  if (node.kind == Kind::index) {
    if (!node.b->single) return modify_paths(node, scope, input, change, out);
    if (!single(*node.b, scope, input, key)) return false;
  } else {
    base::MapBuilder bounds;
    for (const auto& [name, bound] : {std::pair("start", node.b), std::pair("end", node.c)}) {
      Value value;
      if (bound != nullptr && !bound->single) return modify_paths(node, scope, input, change, out);
      if (bound != nullptr && !single(*bound, scope, input, value)) return false;
      bounds.set(name, std::move(value));
    }
    key = bounds.build();
  }
  return modify(
      *node.a, scope, input,
      [&](const Value& old, Value& changed, bool&) {
        Value part;
        Value next;
        bool gone = false;
        if (!get(old, key, part) || !change(part, next, gone)) return false;
        return gone ? remove(old, key, changed) : set(old, key, next, changed);
      },
      out, removed);
}

bool Interpreter::modify_iterate(const Node& node, const Scope* scope, const Value& input, Change change, Value& out,
                                 bool& removed) {
  return modify(
      *node.a, scope, input,
      [&](const Value& old, Value& changed, bool&) {
        if (old.is_list()) {
          base::ListBuilder list;
          list.reserve(old.size());
          for (const Value& item : old.items()) {
            Value next;
            bool gone = false;
            if (!change(item, next, gone)) return false;
            if (!gone) list.push(std::move(next));
          }
          return make_list(list, changed);
        }
        if (old.is_map()) {
          base::MapBuilder map;
          map.reserve(old.size());
          for (const auto& entry : old.entries()) {
            Value next;
            bool gone = false;
            if (!change(entry.value, next, gone)) return false;
            if (!gone) map.set(entry.key, std::move(next));
          }
          return make_map(map, changed);
        }
        return fail(fmt::format("Cannot iterate over {}", type_name(old)));
      },
      out, removed);
}

bool Interpreter::modify_call(const Node& node, const Scope* scope, const Value& input, Change change, Value& out,
                              bool& removed) {
  if (node.is_closure) {
    const Scope* closure = definition_of(node, scope);
    return modify(*closure->closure, closure->closure_scope, input, change, out, removed);
  }
  if (node.builtin != nullptr && node.builtin->name == "select") {
    bool chosen = false;
    bool ok = run(*node.parts[0], scope, input, nullptr, [&](const Value& value, const PathStep*) {
      chosen = chosen || is_true(value);
      return true;
    });
    if (!ok) return false;
    if (chosen) return change(input, out, removed);
    out = input;
    return true;
  }
  if (node.builtin != nullptr && node.builtin->name == "empty") {
    out = input;
    return true;
  }
  bool plain_parameters = node.function != nullptr;
  if (plain_parameters) {
    for (const auto& parameter : node.function->parameters) plain_parameters &= parameter.variable == 0;
  }
  if (!plain_parameters) return modify_paths(node, scope, input, change, out);
  return with_parameters(node, scope, input, 0, definition_of(node, scope), [&](const Scope* inner) {
    return modify(*node.function->body, inner, input, change, out, removed);
  });
}

/// The general way: all paths first, then one after another; parts that go do so at the end.
bool Interpreter::modify_paths(const Node& node, const Scope* scope, const Value& input, Change change, Value& out) {
  static constexpr PathStep root{};
  std::vector<Value> paths;
  bool ok = run(node, scope, input, &root, [&](const Value& value, const PathStep* at) {
    Value path;
    if (!path_value(at, value, path)) return false;
    paths.push_back(std::move(path));
    return charge(1);
  });
  if (!ok) return false;
  Value current = input;
  std::vector<Value> gone_paths;
  for (const Value& path : paths) {
    Value old;
    Value next;
    bool gone = false;
    if (!get_path(current, path.items(), old) || !change(old, next, gone)) return false;
    if (gone) {
      gone_paths.push_back(path);
      continue;
    }
    Value changed;
    if (!set_path(current, path.items(), next, changed)) return false;
    current = std::move(changed);
  }
  return remove_paths(std::move(current), std::move(gone_paths), out);
}

}  // namespace gyr::jq
