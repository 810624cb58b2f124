// Statements, output, macros and blocks.
#include <fmt/format.h>

#include <algorithm>

#include "expression/evaluator.h"
#include "expression/evaluator_frame.h"
#include "expression/printing.h"
#include "expression/views.h"
#include "syntax/json.h"
#include "text/characters.h"

namespace gyr::expression {

// ---------------------------------------------------------------------------------------------- output

void Output::become_text() {
  if (state_ == State::single) append_printed(text_, single_);
  single_ = base::Value();
  state_ = State::text;
}

void Output::write_text(std::string_view text) {
  if (state_ != State::text) become_text();
  text_.append(text);
}

void Output::write_value(const base::Value& value) {
  if (value.is_null()) return;
  if (state_ == State::nothing) {
    single_ = value;
    state_ = State::single;
    return;
  }
  if (state_ != State::text) become_text();
  append_printed(text_, value);
}

base::Value Output::take_string() {
  if (state_ == State::nothing) return {};
  if (state_ == State::single && single_.is_string()) return std::move(single_);
  if (state_ == State::single) become_text();
  return base::Value::string(text_);
}

base::Value Output::take_typed() {
  if (state_ == State::nothing) return {};
  if (state_ == State::single) return std::move(single_);
  return base::Value::string(text_);
}

// ---------------------------------------------------------------------------------------------- statements

bool Evaluator::run(Output& output) {
  constexpr size_t max_bytes = 4096;
  if (program_.bodies[program_.root].count > 1) output.expect(std::min(program_.source.size(), max_bytes));
  return execute_body(program_.root, output);
}

bool Evaluator::execute_body(uint32_t body, Output& output) {
  const Body& range = program_.bodies[body];
  for (uint32_t i = 0; i < range.count; ++i) {
    if (!execute(program_.stmts[program_.statement_lists[range.first + i]], output)) return false;
  }
  return true;
}

bool Evaluator::execute(const Stmt& statement, Output& output) {
  switch (statement.tag) {
    case Tag::text:
      output.write_text(std::string_view(program_.source).substr(statement.a, statement.b - statement.a));
      return charge(1 + (statement.b - statement.a) / bytes_per_step, statement.offset) &&
             check_size(output.size(), statement.offset);
    case Tag::print: return execute_print(statement, output);
    case Tag::branch: return execute_branch(statement, output);
    case Tag::loop: return execute_loop(statement, output);
    case Tag::assign: {
      Operand value = evaluate(statement.a);
      if (value.is_undefined()) value = raise_undefined(value);
      // A view of the evaluation must not outlive its scope.
      if (value.state() == Operand::State::transient) value = materialize(std::move(value), statement.offset);
      if (value.is_failed()) return false;
      session_.scopes.assign(program_.constants[statement.extra], std::move(value));
      return true;
    }
    case Tag::block: {
      Frame frame(*this, frames_per_call);
      return frame && execute_body(block_body(program_.constants[statement.extra].text()), output);
    }
    case Tag::filter: return execute_filter(statement, output);
  }
  return true;
}

bool Evaluator::execute_print(const Stmt& statement, Output& output) {
  const Expr& expr = program_.exprs[statement.a];
  if (expr.op == Op::path) {
    const Path& path = program_.paths[expr.a];
    Lookup at = start_of(path);
    const base::Value* value = walk(program_, path, at);
    if (value != nullptr) return charge(1, statement.offset) && write_value(*value, statement.offset, output);
  }
  return write(evaluate(statement.a), statement.offset, output);
}

bool Evaluator::write_value(const base::Value& value, uint32_t offset, Output& output) {
  const uint64_t weight = value.weight();
  if (!check_size(output.size() + weight, offset) || !charge(weight / bytes_per_step, offset)) return false;
  output.write_value(value);
  return check_size(output.size(), offset);
}

bool Evaluator::write(Operand value, uint32_t offset, Output& output) {
  if (value.is_value()) return write_value(value.value(), offset, output);
  if (value.is_failed()) return false;
  if (value.is_undefined()) {
    raise_undefined(value);
    return false;
  }
  if (value.is_entry()) {
    std::string text;
    if (!append_java_text(text, value, offset)) return false;
    output.write_text(text);
    return check_size(output.size(), offset);
  }
  value = materialize(std::move(value), offset);
  return value.is_value() && write_value(value.value(), offset, output);
}

bool Evaluator::execute_branch(const Stmt& statement, Output& output) {
  for (uint32_t i = 0; i < statement.b; ++i) {
    uint32_t condition = program_.children[statement.a + 2 * i];
    uint32_t body = program_.children[statement.a + 2 * i + 1];
    if (condition != none) {
      constexpr std::string_view message = "Wrong operand(s) type in conditional expression";
      Operand value = evaluate(condition);
      if (value.is_undefined()) value = raise_undefined(value);
      if (value.is_usable()) value = materialize(std::move(value), statement.offset);
      if (value.is_failed()) {
        // EXPR-66: an error in a condition is reported as such; a limit or a host request is not an error of the
        // condition.
        if (session_.error && !(session_.error->code() == limit_exceeded)) {
          base::Error inner = *std::move(session_.error);
          base::Error outer = template_error(evaluation_failed, message, program_, program_.exprs[condition].offset);
          session_.error = outer.with_hint(inner.message()).with_cause(inner);
        }
        return false;
      }
      auto truth = truth_of(value.value());
      if (!truth) {
        fail(message, program_.exprs[condition].offset);
        return false;
      }
      if (!*truth) continue;
    }
    Frame frame(*this, frames_per_call);
    return frame && execute_body(body, output);
  }
  return true;
}

template <class Bind>
bool Evaluator::repeat(const Stmt& statement, size_t count, Output& output, Bind bind) {
  static const base::Value loop_name = base::Value::string("loop");
  const base::Value& variable = program_.constants[statement.extra];
  LoopView view(count);
  session_.scopes.push(Scopes::Kind::open);
  session_.scopes.define(loop_name, Operand::transient(view));
  bool ok = true;
  for (size_t i = 0; i < count && ok; ++i) {
    view.set_index(i);
    session_.scopes.define(variable, bind(i));
    ok = charge(1, statement.offset) && execute_body(statement.b, output);
  }
  session_.scopes.pop();
  return ok;
}

bool Evaluator::execute_loop(const Stmt& statement, Output& output) {
  Operand iterated = evaluate(statement.a);
  if (iterated.is_undefined()) iterated = raise_undefined(iterated);
  if (iterated.is_failed()) return false;
  if (iterated.is_null()) return true;
  if (iterated.is_lazy()) iterated = materialize(std::move(iterated), statement.offset);
  if (iterated.is_failed()) return false;
  bool is_entries = iterated.state() == Operand::State::entries || iterated.is_map();
  if (!is_entries && !iterated.is_list()) {
    std::string text;
    if (!append_java_text(text, iterated, statement.offset)) return false;
    fail(fmt::format("Not an iterable object. Value = [{}]", text::shown_text(text)), statement.offset);
    return false;
  }
  Frame frame(*this, frames_per_call);
  if (!frame) return false;
  const base::Value& items = iterated.value();
  if (items.size() == 0) return statement.c == none || execute_body(statement.c, output);
  if (is_entries) {
    return repeat(statement, items.size(), output, [&](size_t i) { return Operand::entry(items, i); });
  }
  return repeat(statement, items.size(), output, [&](size_t i) { return Operand(items.items()[i]); });
}

bool Evaluator::execute_filter(const Stmt& statement, Output& output) {
  Frame frame(*this, frames_per_call);
  Output content;
  if (!frame || !execute_body(statement.b, content)) return false;
  base::Value text = content.take_string();
  if (text.is_null()) text = base::Value::string("");
  std::swap(captured_, text);
  Operand filtered = evaluate(statement.a);
  captured_ = std::move(text);
  return write(std::move(filtered), statement.offset, output);
}

// ---------------------------------------------------------------------------------------------- blocks and macros

/// The last block of a name counts, in any position.
uint32_t Evaluator::block_body(std::string_view name) const {
  for (size_t i = program_.blocks.size(); i-- > 0;) {
    if (program_.blocks[i].first.text() == name) return program_.blocks[i].second;
  }
  return none;
}

Operand Evaluator::render_block(std::string_view name) {
  uint32_t body = block_body(name);
  if (body == none) return base::Value();
  Frame frame(*this, frames_per_call);
  Output output;
  if (!frame || !execute_body(body, output)) return Operand::failed();
  return output.take_string();
}

Operand Evaluator::call_macro(const Expr& expr) {
  const Call& call = program_.calls[expr.b];
  if (!call.problem.empty()) return fail(call.problem, expr.offset);
  const Macro& macro = program_.macros[expr.c];
  Frame frame(*this, frames_per_call);
  if (!frame) return Operand::failed();
  std::vector<Operand> arguments(macro.parameters.size());
  for (size_t i = 0; i < arguments.size(); ++i) {
    uint32_t argument = program_.children[call.first + i];
    if (argument == none) continue;
    arguments[i] = evaluate(argument);
    if (!arguments[i].is_usable()) return arguments[i];
  }
  session_.scopes.push(Scopes::Kind::macro);
  bool ok = true;
  for (size_t i = 0; i < arguments.size() && ok; ++i) {
    bool is_default = program_.children[call.first + i] == none && macro.defaults[i] != none;
    if (is_default) arguments[i] = evaluate(macro.defaults[i]);
    if (arguments[i].is_undefined()) arguments[i] = raise_undefined(arguments[i]);
    ok = !arguments[i].is_failed();
    if (ok) session_.scopes.define(macro.parameters[i], std::move(arguments[i]));
  }
  Output output;
  ok = ok && execute_body(macro.body, output);
  session_.scopes.pop();
  if (!ok) return Operand::failed();
  base::Value text = output.take_string();
  return text.is_null() ? base::Value::string("") : text;
}

// ---------------------------------------------------------------------------------------------- undefined names

/// The names that exist where a name is missing; the container is found by walking the path again, which has no side
/// effects.
std::string Evaluator::names_hint(const Operand& undefined) {
  constexpr size_t shown_names = 12;
  constexpr size_t looked_at = 200;
  const Expr& expr = program_.exprs[undefined.origin() >> 32];
  auto position = static_cast<uint32_t>(undefined.origin());
  if (expr.op != Op::path) return {};
  const PathSegment* segments = &program_.segments[program_.paths[expr.a].first];
  std::vector<std::string> names;
  if (position == 0) {
    names = session_.context.root_names();
    for (const auto& known : session_.scopes.visible(session_.scopes.mark())) names.emplace_back(known.name.text());
  } else {
    Operand container = variable(segments[0].name, 0);
    for (uint32_t i = 1; i < position && container.is_usable(); ++i)
      container = member(std::move(container), segments[i].name, 0);
    if (container.is_lazy()) names = container.map().names(looked_at);
    if (container.is_map()) {
      for (const auto& entry : container.value().entries().first(std::min(looked_at, container.value().size()))) {
        names.emplace_back(entry.name());
      }
    }
  }
  std::string hint = suggest(undefined.value().text(), names);
  if (names.empty()) return hint;
  const bool of_tasks = position == 1 && segments[0].name.text() == "outputs";  // in the order in which they ran
  if (!of_tasks) std::ranges::sort(names);
  bool more = names.size() > shown_names;
  names.resize(std::min(names.size(), shown_names));
  return fmt::format("{}{}{}: {}{}", hint, hint.empty() ? "" : " ", of_tasks ? "tasks before this one" : "available",
                     fmt::join(names, ", "), more ? ", …" : "");
}

/// EXPR-361
Operand Evaluator::raise_undefined(const Operand& undefined) {
  const Expr& expr = program_.exprs[undefined.origin() >> 32];
  uint32_t offset = expr.offset;
  if (expr.op == Op::path) {
    offset = program_.segments[program_.paths[expr.a].first + static_cast<uint32_t>(undefined.origin())].offset;
  }
  std::string_view name = undefined.value().text();
  base::Place place = program_.place_of(offset);
  place.length = static_cast<uint32_t>(std::max<size_t>(1, name.size()));
  std::string message = fmt::format("Unable to find `{}` used in the expression `{}` at line {}",
                                    text::shown_text(name), text::shown_text(program_.text), place.line);
  base::Error error = base::Error(undefined_name, std::move(message)).with_place(std::move(place));
  std::string hint = names_hint(undefined);
  return fail(hint.empty() ? error : error.with_hint(std::move(hint)));
}

}  // namespace gyr::expression
