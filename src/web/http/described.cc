#include "web/http/described.h"

#include <fmt/format.h>

#include "base/text.h"
#include "syntax/json.h"
#include "syntax/time.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

constexpr syntax::JsonOptions json_options{.duration_as_iso = true};

}  // namespace

std::string to_json(const base::Value& value) { return syntax::write_json(value, json_options); }
void append_json(std::string& out, const base::Value& value) { syntax::append_json(out, value, json_options); }

namespace described {

void append_text(std::string& out, std::string_view text) { syntax::append_json_string(out, text); }
void append_id(std::string& out, base::Id id) {
  out += '"';
  id.append_text(out);
  out += '"';
}
void append_integer(std::string& out, int64_t number) { fmt::format_to(std::back_inserter(out), "{}", number); }
void append_number(std::string& out, double number) { append_json(out, base::Value::number(number)); }
void append_instant(std::string& out, base::Instant instant) { append_json(out, base::Value::instant(instant)); }
void append_duration(std::string& out, base::Duration duration) { append_json(out, base::Value::duration(duration)); }

void append_key(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":";
}

bool read_instant(const base::Value& given, base::Instant& member, BodyContext& context) {
  if (!given.is_string()) return context.wrong_kind("a date-time");
  auto parsed = syntax::parse_api_instant(given.text());
  if (!parsed) return context.wrong_kind("a date-time");
  member = *parsed;
  return true;
}

bool read_duration(const base::Value& given, base::Duration& member, BodyContext& context) {
  if (!given.is_string()) return context.wrong_kind("a duration");
  auto parsed = syntax::parse_duration(given.text());
  if (!parsed) return context.wrong_kind("a duration");
  member = *parsed;
  return true;
}

}  // namespace described

BodyContext::Scope::Scope(BodyContext& context, std::string_view name)
    : context_(context), length_(context.path_.size()) {
  if (!context_.path_.empty()) context_.path_ += '.';
  context_.path_ += name;
}

BodyContext::Scope::Scope(BodyContext& context, size_t index) : context_(context), length_(context.path_.size()) {
  context_.path_ += fmt::format("[{}]", index);
}

bool BodyContext::fail(std::string_view message) {
  if (!error_) error_.emplace(bad_body, fmt::format("{}{}{}", path_, path_.empty() ? "" : ": ", message));
  return false;
}

bool BodyContext::wrong_kind(std::string_view wanted) {
  return fail(path_.empty() ? fmt::format("the body must be {}", wanted) : fmt::format("must be {}", wanted));
}

bool BodyContext::missing(std::string_view name, const base::Value& object, const JsonType& type) {
  std::vector<std::string_view> unknown;
  for (const auto& entry : object.entries()) {
    const bool is_known =
        std::ranges::any_of(type.fields, [&](const JsonField& field) { return field.name == entry.name(); });
    if (!is_known) unknown.push_back(entry.name());
  }
  Scope scope(*this, name);
  // A field that nobody knows is ignored, but one that is spelled almost like a missing field is probably meant.
  if (const auto meant = base::nearest(name, unknown))
    return fail(fmt::format("must not be null; the body contains `{}`, did you mean `{}`?", *meant, name));
  return fail("must not be null");
}

bool BodyContext::unknown_name(std::string_view given, const std::vector<std::string_view>& names) {
  std::string text = fmt::format("must be one of {}", fmt::join(names, ", "));
  if (const auto meant = base::nearest(given, names)) text += fmt::format("; did you mean `{}`?", *meant);
  return fail(text);
}

}  // namespace gyr::web
