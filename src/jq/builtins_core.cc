// Control: builtins that choose, repeat or end, and builtins about the program.
#include <fmt/format.h>

#include <deque>

#include "jq/builtins.h"
#include "jq/interpreter_frame.h"

namespace gyr::jq {
namespace {

using base::Value;

#define GYR_FILTER(name) \
  bool name(Interpreter& jq, const Node& call, const Scope* scope, const Value& input, const PathStep* path, Emit emit)
#define GYR_VALUE(name) bool name(Interpreter& jq, const Value& input, std::span<const Value> arguments, Value& out)

GYR_FILTER(empty) {
  (void)jq, (void)call, (void)scope, (void)input, (void)path, (void)emit;
  return true;
}

GYR_FILTER(error) {
  (void)call, (void)scope, (void)path, (void)emit;
  return jq.fail(input);
}

GYR_FILTER(error_with) {
  (void)path, (void)emit;
  return jq.run(*call.parts[0], scope, input, nullptr,
                [&](const Value& value, const PathStep*) { return jq.fail(value); });
}

GYR_FILTER(select) {
  return jq.run(*call.parts[0], scope, input, nullptr,
                [&](const Value& value, const PathStep*) { return !is_true(value) || emit(input, path); });
}

GYR_FILTER(path_of) {
  static constexpr PathStep root{};
  return jq.run(*call.parts[0], scope, input, &root, [&](const Value& value, const PathStep* at) {
    Value out;
    return jq.path_value(at, value, out) && emit(out, Interpreter::lost(path));
  });
}

/// A chain of results, each made from the one before; those still to be handled wait in a queue and not on the stack.
GYR_FILTER(recurse) {
  if (path != nullptr) {
    auto descend = [&](auto&& self, const Value& value, const PathStep* at) -> bool {
      return emit(value, at) && jq.run(*call.parts[0], scope, value, at,
                                       [&](const Value& next, const PathStep* step) { return self(self, next, step); });
    };
    return descend(descend, input, path);
  }
  std::vector<Value> waiting{input};
  while (!waiting.empty()) {
    Value value = std::move(waiting.back());
    waiting.pop_back();
    if (!jq.charge(1) || !emit(value, nullptr)) return false;
    base::ListBuilder next;
    if (!jq.collect(*call.parts[0], scope, value, next)) return false;
    for (size_t i = next.size(); i-- > 0;) waiting.push_back(next.items()[i]);
  }
  return true;
}

GYR_FILTER(recurse_while) {
  std::vector<Value> waiting{input};
  while (!waiting.empty()) {
    Value value = std::move(waiting.back());
    waiting.pop_back();
    if (!jq.charge(1) || !emit(value, Interpreter::lost(path))) return false;
    std::vector<Value> next;
    bool ok = jq.run(*call.parts[0], scope, value, nullptr, [&](const Value& item, const PathStep*) {
      return jq.run(*call.parts[1], scope, item, nullptr, [&](const Value& condition, const PathStep*) {
        if (is_true(condition)) next.push_back(item);
        return true;
      });
    });
    if (!ok) return false;
    waiting.insert(waiting.end(), next.rbegin(), next.rend());
  }
  return true;
}

bool count_up(Interpreter& jq, double from, double to, double step, const PathStep* path, Emit emit) {
  if (step == 0) return true;
  for (double value = from; step > 0 ? value < to : value > to; value += step) {
    if (!jq.charge(1) || !emit(whole_or_real(value), Interpreter::lost(path))) return false;
  }
  return true;
}

bool is_range_bound(Interpreter& jq, const Value& value) {
  return value.is_numeric() || jq.fail("Range bounds must be numeric");
}

GYR_FILTER(range_to) {
  return jq.run(*call.parts[0], scope, input, nullptr, [&](const Value& to, const PathStep*) {
    return is_range_bound(jq, to) && count_up(jq, 0, to_double(to), 1, path, emit);
  });
}

GYR_FILTER(range_from) {
  return jq.run(*call.parts[0], scope, input, nullptr, [&](const Value& from, const PathStep*) {
    return jq.run(*call.parts[1], scope, input, nullptr, [&](const Value& to, const PathStep*) {
      return is_range_bound(jq, from) && is_range_bound(jq, to) &&
             count_up(jq, to_double(from), to_double(to), 1, path, emit);
    });
  });
}

GYR_FILTER(range_by) {
  return jq.run(*call.parts[0], scope, input, nullptr, [&](const Value& from, const PathStep*) {
    return jq.run(*call.parts[1], scope, input, nullptr, [&](const Value& to, const PathStep*) {
      return jq.run(*call.parts[2], scope, input, nullptr, [&](const Value& by, const PathStep*) {
        bool numbers = is_range_bound(jq, from) && is_range_bound(jq, to) && is_range_bound(jq, by);
        return numbers && count_up(jq, to_double(from), to_double(to), to_double(by), path, emit);
      });
    });
  });
}

GYR_FILTER(first_of) {
  return jq.with_label([&](uint64_t label) {
    return jq.run(*call.parts[0], scope, input, path,
                  [&](const Value& value, const PathStep* at) { return emit(value, at) && jq.leave(label); });
  });
}

GYR_FILTER(last_of) {
  bool any = false;
  Value last;
  Value last_path;
  bool ok = jq.run(*call.parts[0], scope, input, path, [&](const Value& value, const PathStep* at) {
    any = true;
    last = value;
    return at == nullptr || at->kind == PathStep::Kind::lost || jq.path_value(at, value, last_path);
  });
  if (!ok || !any) return ok;
  if (path == nullptr) return emit(last, nullptr);
  // The path is no longer on the stack: it is walked again from the root.
  std::deque<PathStep> steps;
  const PathStep* at = path;
  while (at->kind == PathStep::Kind::key) at = at->parent;
  for (const Value& key : last_path.is_list() ? last_path.items() : std::span<const Value>()) {
    steps.push_back({at, &key, PathStep::Kind::key});
    at = &steps.back();
  }
  return emit(last, at);
}

GYR_FILTER(limit) {
  return jq.run(*call.parts[0], scope, input, nullptr, [&](const Value& count, const PathStep*) {
    if (!count.is_numeric()) return jq.fail("limit requires a number");
    double left = to_double(count);
    if (left <= 0) return left == 0 || jq.run(*call.parts[1], scope, input, path, emit);
    return jq.with_label([&](uint64_t label) {
      return jq.run(*call.parts[1], scope, input, path, [&](const Value& value, const PathStep* at) {
        left -= 1;
        return emit(value, at) && (left > 0 || jq.leave(label));
      });
    });
  });
}

/// `until(condition; next)` for filters with one result each; with several, the first.
bool first_result(Interpreter& jq, const Node& node, const Scope* scope, const Value& input, Value& out, bool& any) {
  any = false;
  if (node.single) {
    any = true;
    return jq.single(node, scope, input, out);
  }
  return jq.with_label([&](uint64_t label) {
    return jq.run(node, scope, input, nullptr, [&](const Value& value, const PathStep*) {
      out = value;
      any = true;
      return jq.leave(label);
    });
  });
}

GYR_FILTER(until) {
  Value value = input;
  for (bool any = false;;) {
    Value condition;
    if (!jq.charge(1) || !first_result(jq, *call.parts[0], scope, value, condition, any)) return false;
    if (!any) return true;
    if (is_true(condition)) return emit(value, Interpreter::lost(path));
    Value next;
    if (!first_result(jq, *call.parts[1], scope, value, next, any)) return false;
    if (!any) return true;
    value = std::move(next);
  }
}

GYR_FILTER(while_true) {
  std::vector<Value> waiting{input};
  while (!waiting.empty()) {
    Value value = std::move(waiting.back());
    waiting.pop_back();
    Value condition;
    bool any = false;
    if (!jq.charge(1) || !first_result(jq, *call.parts[0], scope, value, condition, any)) return false;
    if (!any || !is_true(condition)) continue;
    if (!emit(value, Interpreter::lost(path))) return false;
    base::ListBuilder next;
    if (!jq.collect(*call.parts[1], scope, value, next)) return false;
    for (size_t i = next.size(); i-- > 0;) waiting.push_back(next.items()[i]);
  }
  return true;
}

GYR_FILTER(repeat) {
  std::vector<Value> waiting{input};
  while (!waiting.empty()) {
    Value value = std::move(waiting.back());
    waiting.pop_back();
    if (!jq.charge(1) || !emit(value, Interpreter::lost(path))) return false;
    base::ListBuilder next;
    if (!jq.collect(*call.parts[0], scope, value, next)) return false;
    for (size_t i = next.size(); i-- > 0;) waiting.push_back(next.items()[i]);
  }
  return true;
}

/// Whether some, or every, result of the first filter makes the second one true; stops as soon as the result is known.
bool quantified(Interpreter& jq, const Node& call, const Scope* scope, const Value& input, const PathStep* path,
                Emit emit, bool wanted) {
  bool found = false;
  bool ok = jq.with_label([&](uint64_t label) {
    return jq.run(*call.parts[0], scope, input, nullptr, [&](const Value& item, const PathStep*) {
      return jq.run(*call.parts[1], scope, item, nullptr, [&](const Value& value, const PathStep*) {
        if (is_true(value) != wanted) return true;
        found = true;
        return jq.leave(label);
      });
    });
  });
  return ok && emit(Value::boolean(found == wanted), Interpreter::lost(path));
}

GYR_FILTER(any_of) { return quantified(jq, call, scope, input, path, emit, true); }
GYR_FILTER(all_of) { return quantified(jq, call, scope, input, path, emit, false); }

GYR_FILTER(getpath) {
  return jq.run(*call.parts[0], scope, input, nullptr, [&](const Value& keys, const PathStep*) {
    if (!keys.is_list()) return jq.fail("Path must be specified as an array");
    Value out;
    // Missing parts on the way are null, whatever the path says of them.
    Value current = input;
    for (const Value& key : keys.items()) {
      if (current.is_null()) break;
      Value part;
      if (!jq.get(current, key, part)) return false;
      current = std::move(part);
    }
    if (path == nullptr) return emit(current, nullptr);
    std::deque<PathStep> steps;
    const PathStep* at = path;
    for (const Value& key : keys.items()) {
      steps.push_back({at, &key, PathStep::Kind::key});
      at = &steps.back();
    }
    return emit(current, at);
  });
}

GYR_FILTER(halt) {
  (void)call, (void)scope, (void)input, (void)path, (void)emit;
  return jq.halt();
}

GYR_FILTER(same) {
  (void)jq, (void)call, (void)scope;
  return emit(input, path);
}

GYR_FILTER(no_input) {
  (void)call, (void)scope, (void)input, (void)path, (void)emit;
  return jq.fail("No more inputs");
}

GYR_VALUE(setpath) {
  if (!arguments[0].is_list()) return jq.fail("Path must be specified as an array");
  return jq.set_path(input, arguments[0].items(), arguments[1], out);
}

GYR_VALUE(delpaths) {
  if (!arguments[0].is_list()) return jq.fail("Paths must be specified as an array");
  auto paths = arguments[0].items();
  return jq.remove_paths(input, std::vector<Value>(paths.begin(), paths.end()), out);
}

GYR_VALUE(negated) {
  (void)jq, (void)arguments;
  out = Value::boolean(!is_true(input));
  return true;
}

GYR_VALUE(empty_object) {
  (void)jq, (void)input, (void)arguments;
  out = Value::empty_map();
  return true;
}

GYR_VALUE(null) {
  (void)jq, (void)input, (void)arguments;
  out = Value();
  return true;
}

GYR_VALUE(zero) {
  (void)jq, (void)input, (void)arguments;
  out = Value::narrow_integer(0);
  return true;
}

GYR_VALUE(builtins) {
  (void)jq, (void)input, (void)arguments;
  out = builtin_names();
  return true;
}

GYR_VALUE(type) {
  (void)jq, (void)arguments;
  out = Value::string(type_name(input));
  return true;
}

constexpr Builtin core_table[] = {
    {"empty", 0, nullptr, empty},
    {"error", 0, nullptr, error},
    {"error", 1, nullptr, error_with},
    {"select", 1, nullptr, select},
    {"path", 1, nullptr, path_of},
    {"recurse", 1, nullptr, recurse},
    {"recurse", 2, nullptr, recurse_while},
    {"range", 1, nullptr, range_to},
    {"range", 2, nullptr, range_from},
    {"range", 3, nullptr, range_by},
    {"first", 1, nullptr, first_of},
    {"last", 1, nullptr, last_of},
    {"limit", 2, nullptr, limit},
    {"until", 2, nullptr, until},
    {"while", 2, nullptr, while_true},
    {"repeat", 1, nullptr, repeat},
    {"any", 2, nullptr, any_of},
    {"all", 2, nullptr, all_of},
    {"getpath", 1, nullptr, getpath},
    {"setpath", 2, setpath},
    {"delpaths", 1, delpaths},
    {"halt", 0, nullptr, halt},
    {"halt_error", 0, nullptr, error},
    {"halt_error", 1, nullptr, error},
    {"debug", 0, nullptr, same},
    {"stderr", 0, nullptr, same},
    {"input", 0, nullptr, no_input},
    {"inputs", 0, nullptr, empty},
    {"input_line_number", 0, zero},
    {"input_filename", 0, null},
    {"env", 0, empty_object},
    {"builtins", 0, builtins},
    {"not", 0, negated},
    {"type", 0, type},
};

}  // namespace

std::span<const Builtin> core_builtins() { return core_table; }

}  // namespace gyr::jq
