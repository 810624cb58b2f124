#include "model/bind_context.h"

#include "expression/template.h"
#include "model/errors.h"

namespace gyr::model {

using base::Value;
using syntax::Diagnostic;
using syntax::NodePtr;

BindContext::Scope::Scope(BindContext& context, std::string_view name)
    : context_(context), length_(context.path_.size()) {
  if (!context.path_.empty()) context.path_ += '.';
  context.path_ += name;
}

BindContext::Scope::Scope(BindContext& context, size_t index) : context_(context), length_(context.path_.size()) {
  context.path_ += '[';
  context.path_ += std::to_string(index);
  context.path_ += ']';
}

BindContext::Scope::~Scope() { context_.path_.resize(length_); }

namespace {

/// Values that a program made have no position.
std::optional<syntax::Span> place_of(const syntax::Span& span) {
  if (span.line == 0) return std::nullopt;
  return span;
}

}  // namespace

Diagnostic& BindContext::report(base::ErrorCode code, std::string message, const syntax::Span& span) {
  ++errors_;
  ++problems_;
  diagnostics_.push_back({.code = code, .message = std::move(message), .path = path_, .span = place_of(span)});
  return diagnostics_.back();
}

Diagnostic& BindContext::report(base::ErrorCode code, std::string message, const NodePtr& node) {
  if (foreign_ == nullptr || !foreign_->contains(node.get())) return report(code, std::move(message), node->span());
  ++problems_;
  if (!defect_.empty()) defect_ += ", ";
  defect_ += path_ + ": " + message;
  diagnostics_.push_back({.code = code,
                          .severity = syntax::Severity::warning,
                          .message = std::move(message),
                          .path = path_,
                          .notes = {"the value comes from a plugin default outside this flow"}});
  return diagnostics_.back();
}

Diagnostic& BindContext::warn(base::ErrorCode code, std::string message, const syntax::Span& span) {
  diagnostics_.push_back({.code = code,
                          .severity = syntax::Severity::warning,
                          .message = std::move(message),
                          .path = path_,
                          .span = place_of(span)});
  return diagnostics_.back();
}

void BindContext::deprecated(std::string path, const syntax::Span& span, std::string help) {
  diagnostics_.push_back({.code = deprecated_use,
                          .severity = syntax::Severity::info,
                          .message = fmt::format("`{}` is deprecated", path),
                          .path = path,
                          .span = place_of(span),
                          .help = std::move(help)});
  deprecated_.push_back(std::move(path));
}

void BindContext::replaced(std::string alias, std::string type, const syntax::Span& span) {
  diagnostics_.push_back({.code = replaced_type,
                          .severity = syntax::Severity::info,
                          .message = fmt::format("{} is replaced by {}", alias, type),
                          .path = path_,
                          .span = place_of(span),
                          .help = fmt::format("write `{}`", type)});
  replaced_.emplace_back(std::move(alias), std::move(type));
}

std::string scalar_text(const syntax::Node& node) {
  if (node.value().is_string()) return std::string(node.value().text());
  if (!node.text().empty()) return node.text();
  return expression::to_text(node.value());
}

namespace detail {

namespace {

/// The words of the reference for the kind of value it met.
std::string_view token_of(const syntax::Node& node) {
  if (node.is_sequence()) return "Array value (token `JsonToken.START_ARRAY`)";
  if (node.is_mapping()) return "Object value (token `JsonToken.START_OBJECT`)";
  const Value& value = node.value();
  switch (value.kind()) {
    case Value::Kind::boolean:
      return value.as_boolean() ? "Boolean value (token `JsonToken.VALUE_TRUE`)"
                                : "Boolean value (token `JsonToken.VALUE_FALSE`)";
    case Value::Kind::integer: return "Integer value (token `JsonToken.VALUE_NUMBER_INT`)";
    case Value::Kind::number:
    case Value::Kind::decimal: return "Floating-point value (token `JsonToken.VALUE_NUMBER_FLOAT`)";
    default: return "String value (token `JsonToken.VALUE_STRING`)";
  }
}

/// The kind of a value in words for people.
std::string_view kind_of(const syntax::Node& node) {
  if (node.is_sequence()) return "a list";
  if (node.is_mapping()) return "a mapping";
  const Value& value = node.value();
  if (value.is_boolean()) return "a boolean";
  return value.is_numeric() ? "a number" : "text";
}

}  // namespace

std::string needed(std::string_view expected) { return fmt::format("expected {}", expected); }

void report_kind(std::string_view type, std::string_view expected, const NodePtr& node, BindContext& context) {
  syntax::Diagnostic& found = context.report(
      wrong_kind, fmt::format("Cannot deserialize value of type `{}` from {}", type, token_of(*node)), node);
  found.own_words = fmt::format("expected {}, found {}", expected, kind_of(*node));
  found.label = needed(expected);
}

}  // namespace detail

}  // namespace gyr::model
