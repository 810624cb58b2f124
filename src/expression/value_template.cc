#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "expression/compiled.h"
#include "expression/evaluator.h"
#include "expression/session.h"
#include "expression/template.h"

namespace gyr::expression {

/// One node of a container: a node without an expression at any depth is kept as a value.
struct ValueTemplate::Part {
  struct Entry;
  base::Value constant;
  std::shared_ptr<const CompiledTemplate> text;  ///< null if it is not a template
  std::vector<Part> items;                       ///< of a list
  std::vector<Entry> entries;                    ///< of a map
  base::Value::Kind kind = base::Value::Kind::null;
  bool is_constant = true;
};
struct ValueTemplate::Part::Entry {
  Part key;
  Part value;
};

namespace {

using base::Value;

Operand fail_limit(Session& session, std::string message) {
  if (!session.failed()) session.error = base::Error(limit_exceeded, std::move(message));
  return Operand::failed();
}

/// Typed expressions bring values of any depth and size into a container.
bool fits(Session& session, const Value& item, uint64_t& weight) {
  weight += std::min<uint64_t>(item.weight(), session.limits.output_bytes);
  if (item.depth() >= session.limits.depth) {
    fail_limit(session, fmt::format("a value is nested deeper than {} levels", session.limits.depth));
    return false;
  }
  if (weight > session.limits.output_bytes) {
    fail_limit(session,
               fmt::format("a value or the output would be larger than {} bytes", session.limits.output_bytes));
    return false;
  }
  return true;
}

}  // namespace

/// Makes the parts and notes what they read.
struct ValueTemplate::Compiler {
  ValueTemplate& owner;

  Part text(const Value& source) {
    Part part{.constant = source, .kind = Value::Kind::string};
    if (!has_delimiters(source.text()) && source.size() <= owner.limits_.template_bytes) return part;
    part.text = CompiledTemplate::compile(source.text(), owner.limits_);
    part.is_constant = false;
    owner.calls_host_ |= part.text->calls_host();
    const auto& references = part.text->references();
    owner.references_.insert(owner.references_.end(), references.begin(), references.end());
    if (owner.syntax_error_ == nullptr && part.text->syntax_error() != nullptr) {
      owner.syntax_error_ = std::make_shared<base::Error>(*part.text->syntax_error());
    }
    return part;
  }

  Part compile(const Value& source) {
    if (source.is_string()) return text(source);
    Part part{.constant = source, .kind = source.kind()};
    if (source.is_list()) {
      for (const Value& item : source.items()) {
        part.items.push_back(compile(item));
        part.is_constant = part.is_constant && part.items.back().is_constant;
      }
    } else if (source.is_map()) {
      for (const auto& entry : source.entries()) {
        part.entries.push_back({text(entry.key), compile(entry.value)});
        part.is_constant =
            part.is_constant && part.entries.back().key.is_constant && part.entries.back().value.is_constant;
      }
    }
    if (part.is_constant) {
      part.items.clear();
      part.entries.clear();
    }
    return part;
  }
};

ValueTemplate::ValueTemplate(base::Value source, const Limits& limits) : source_(std::move(source)), limits_(limits) {
  Compiler compiler{*this};
  root_ = std::make_shared<const Part>(compiler.compile(source_));
  constant_ = root_->is_constant;
  std::ranges::sort(references_);
  references_.erase(std::unique(references_.begin(), references_.end()), references_.end());
}

Operand ValueTemplate::render_part(const Part& part, Session& session, bool typed) {
  if (part.is_constant) return part.constant;
  if (part.text) return render_template(*part.text, session, typed);
  uint64_t weight = 0;
  if (part.kind == Value::Kind::list) {
    base::ListBuilder list;
    list.reserve(part.items.size());
    for (const Part& item : part.items) {
      Operand rendered = render_part(item, session, typed);
      if (rendered.is_failed() || !fits(session, rendered.value(), weight)) return Operand::failed();
      list.push(std::move(rendered.value()));
    }
    return list.build();
  }
  base::MapBuilder map;
  map.reserve(part.entries.size());
  for (const auto& [key, value] : part.entries) {
    Operand name = render_part(key, session, false);
    if (name.is_failed() || !fits(session, name.value(), weight)) return Operand::failed();
    Operand rendered = render_part(value, session, typed);
    if (rendered.is_failed() || !fits(session, rendered.value(), weight)) return Operand::failed();
    // EXPR-310: of keys that render equal the first one stays; a key that is null is the empty text.
    Value text = name.is_string() ? std::move(name.value()) : Value::string("");
    if (map.find(text.text()) == nullptr) map.set(text, std::move(rendered.value()));
  }
  return map.build();
}

Outcome ValueTemplate::evaluate(const Context& context, const Environment& environment, bool typed) const {
  if (constant_) return Outcome(source_);
  if (root_->text) {
    return typed ? root_->text->render_typed(context, environment) : root_->text->render(context, environment);
  }
  Session session(context, environment, limits_);
  Operand result = render_part(*root_, session, typed);
  if (result.is_failed()) return std::move(session).failure();
  return Outcome(std::move(result.value()));
}

Outcome ValueTemplate::render(const Context& context, const Environment& environment) const {
  return evaluate(context, environment, false);
}

Outcome ValueTemplate::render_typed(const Context& context, const Environment& environment) const {
  return evaluate(context, environment, true);
}

}  // namespace gyr::expression
