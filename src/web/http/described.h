// One description per JSON object of the REST API. From it come the writer of answers, the reader of bodies, the schema
// in the OpenAPI document, and the check of every reply in the tests.
//
//   namespace json {
//   struct Secret { std::string key; std::optional<std::string> description; };
//   }
//   template <>
//   struct Described<json::Secret> {
//     static constexpr std::string_view name = "Secret";
//     static constexpr auto fields = std::tuple(field("key", &json::Secret::key, {.example = "API_TOKEN"}),
//                                               field("description", &json::Secret::description));
//   };
//
// A member of type std::optional<T> can be absent: it is not required in a body, and is omitted in an answer. An answer
// can also be an object that refers to others: a function of it gives the value of a field, and nothing is copied.
//
//   field("id", [](const json::Execution& shown) { return shown.execution->id; })
//
// The members of plugins' tasks are described by model/schema.h, which binds YAML with expressions; this is plain JSON.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "model/schema.h"

namespace gyr::web {

/// The form of a value in JSON.
enum class JsonKind : uint8_t { any, string, integer, number, boolean, object, list, map };

struct JsonType;
/// Types refer to each other by functions, so that an object can contain objects of its own type.
using JsonTypeSource = const JsonType& (*)();

/// A field of an object.
struct JsonField {
  std::string_view name;
  JsonTypeSource type;
  bool is_required = true;
  std::string_view documentation;
  std::string_view example;
};

/// The description of a type at run time. Immutable; lives as long as the program.
struct JsonType {
  JsonKind kind = JsonKind::any;
  std::string name = {};  ///< of an object: its name in `components/schemas`
  std::string_view format = {};
  std::vector<std::string_view> values = {};  ///< of an enumeration
  JsonTypeSource item = nullptr;              ///< of a list or map
  std::vector<JsonField> fields = {};         ///< of an object
  bool is_open = false;                       ///< of an object: it can have other fields, too
};

/// A JSON object with any content.
struct Object {
  base::Value value;
};
/// Bytes of a file, a part of a form.
struct Bytes {};
/// A T that is already JSON: written by the thread that read it, or by code that knows the form of every plugin. Only
/// in answers; the tests check that it is a T.
template <class T>
struct JsonOf {
  std::string text;
};

// ---------------------------------------------------------------------------------------------- describing

/// What a field has besides its name and its member.
struct FieldOptions {
  std::string_view documentation = {};
  std::string_view example = {};
  /// A body may omit the field: the member then keeps its value. A null of a base::Value is omitted in an answer.
  bool optional = false;
};

/// A described field. `Get` is a pointer to a member, a function of the object, or nothing.
template <class Type, class Get>
struct DescribedField {
  using type = Type;
  std::string_view name;
  Get get;
  FieldOptions options;
};
/// In place of a member.
struct WrittenElsewhere {};

template <class Owner, class Member>
constexpr auto field(std::string_view name, Member Owner::* member, FieldOptions options = {}) {
  return DescribedField<Member, Member Owner::*>{name, member, options};
}
namespace described {
/// The type of the values that a function of an object gives.
template <class Function>
struct Gives : Gives<decltype(&Function::operator())> {};
template <class Function, class Answer, class Owner>
struct Gives<Answer (Function::*)(const Owner&) const> {
  using type = std::decay_t<Answer>;
};
}  // namespace described
/// A field of an answer whose value a function of the object gives; a reference is not copied.
template <class Function>
  requires requires { &Function::operator(); }
constexpr auto field(std::string_view name, Function get, FieldOptions options = {}) {
  return DescribedField<typename described::Gives<Function>::type, Function>{name, get, options};
}
/// A field of an answer that is written by other code; only its type is known here.
template <class Type>
constexpr auto field(std::string_view name, FieldOptions options = {}) {
  return DescribedField<Type, WrittenElsewhere>{name, {}, options};
}

/// The description of T: `name` and `fields`; `is_open = true` for an object that can have other fields, too.
/// Specialise it beside T. A body that accepts more forms than the one that is published has, in their place, the type
/// `shown_as` and `static bool read(const base::Value&, T&, BodyContext&)`.
template <class T>
struct Described;

/// A page of a list (API-27).
template <class T>
struct Paged {
  std::vector<T> results;
  uint64_t total = 0;
};

namespace described {

template <class T>
concept Text = std::same_as<T, std::string> || std::same_as<T, std::string_view>;
template <class T>
concept Enumeration = std::is_enum_v<T> && requires { model::EnumNames<T>::names(); };
/// An enumeration of the model that is written by its name; only in answers.
template <class T>
concept Named = std::is_enum_v<T> && !Enumeration<T> && requires(T value) {
  { to_text(value) } -> std::same_as<std::string_view>;
};
template <class T>
concept Whole = std::integral<T> && !std::same_as<T, bool>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_list<std::span<const T>> = true;
/// Maps, or lists of names and values whose order matters.
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool is_map<std::vector<std::pair<std::string, T>>> = true;

template <class T>
struct Inner;
template <class T>
struct Inner<std::optional<T>> {
  using type = T;
};
template <class T>
struct Inner<std::vector<T>> {
  using type = T;
};
template <class T>
struct Inner<std::span<const T>> {
  using type = T;
};
template <class T>
struct Inner<std::map<std::string, T>> {
  using type = T;
};
template <class T>
struct Inner<std::vector<std::pair<std::string, T>>> {
  using type = T;
};
template <class T>
concept ReadsItself = requires { typename Described<T>::shown_as; };
template <class T>
inline constexpr bool is_written = false;
template <class T>
inline constexpr bool is_written<JsonOf<T>> = true;
template <class T>
struct Inner<JsonOf<T>> {
  using type = T;
};

}  // namespace described

// ---------------------------------------------------------------------------------------------- the type

template <class T>
const JsonType& json_type();

namespace described {

template <class T>
std::string name_of() {
  if constexpr (is_written<T>) {
    return name_of<typename Inner<T>::type>();
  } else if constexpr (requires { Described<T>::name; }) {
    return std::string(Described<T>::name);
  } else {
    const JsonKind kind = json_type<T>().kind;
    return kind == JsonKind::string ? "String" : "Object";
  }
}

template <class T>
JsonType object_type() {
  JsonType type{.kind = JsonKind::object, .name = name_of<T>()};
  if constexpr (requires { Described<T>::is_open; }) type.is_open = Described<T>::is_open;
  std::apply(
      [&type]<class... Fields>(const Fields&... fields) {
        (type.fields.push_back({fields.name, &json_type<typename Fields::type>,
                                !is_optional<typename Fields::type> && !fields.options.optional,
                                fields.options.documentation, fields.options.example}),
         ...);
      },
      Described<T>::fields);
  return type;
}

template <class T>
JsonType make_type() {
  if constexpr (Text<T> || Named<T> || std::same_as<T, base::Id>) {
    return {.kind = JsonKind::string};
  } else if constexpr (std::same_as<T, bool>) {
    return {.kind = JsonKind::boolean};
  } else if constexpr (Whole<T>) {
    return {.kind = JsonKind::integer, .format = sizeof(T) == 8 ? "int64" : "int32"};
  } else if constexpr (std::same_as<T, double>) {
    return {.kind = JsonKind::number, .format = "double"};
  } else if constexpr (std::same_as<T, base::Instant>) {
    return {.kind = JsonKind::string, .format = "date-time"};
  } else if constexpr (std::same_as<T, base::Duration>) {
    return {.kind = JsonKind::string, .format = "duration"};
  } else if constexpr (std::same_as<T, Bytes>) {
    return {.kind = JsonKind::string, .format = "binary"};
  } else if constexpr (std::same_as<T, base::Value>) {
    return {.kind = JsonKind::any};
  } else if constexpr (std::same_as<T, Object>) {
    return {.kind = JsonKind::map, .item = &json_type<base::Value>};
  } else if constexpr (Enumeration<T>) {
    JsonType type{.kind = JsonKind::string};
    for (const auto& [name, value] : model::EnumNames<T>::names()) type.values.push_back(name);
    return type;
  } else if constexpr (is_map<T>) {
    return {.kind = JsonKind::map, .item = &json_type<typename Inner<T>::type>};
  } else if constexpr (is_list<T>) {
    return {.kind = JsonKind::list, .item = &json_type<typename Inner<T>::type>};
  } else {
    return object_type<T>();
  }
}

}  // namespace described

/// The description of T at run time.
template <class T>
const JsonType& json_type() {
  if constexpr (described::is_optional<T> || described::is_written<T>) {
    return json_type<typename described::Inner<T>::type>();
  } else if constexpr (described::ReadsItself<T>) {
    return json_type<typename Described<T>::shown_as>();
  } else {
    static const JsonType type = described::make_type<T>();
    return type;
  }
}

template <class T>
struct Described<Paged<T>> {
  inline static const std::string name = "PagedResults_" + described::name_of<T>() + "_";
  static constexpr auto fields = std::tuple(field("results", &Paged<T>::results), field("total", &Paged<T>::total));
};

// ---------------------------------------------------------------------------------------------- writing

/// JSON in the form of the API: durations as ISO strings. The creator of the value has already omitted absent values.
std::string to_json(const base::Value& value);
void append_json(std::string& out, const base::Value& value);

namespace described {

void append_text(std::string& out, std::string_view text);
void append_id(std::string& out, base::Id id);
void append_integer(std::string& out, int64_t number);
void append_number(std::string& out, double number);
void append_instant(std::string& out, base::Instant instant);
void append_duration(std::string& out, base::Duration duration);
/// `"name":`, after a comma unless it is the first of its object.
void append_key(std::string& out, std::string_view name);

template <class T>
bool is_absent(const T& value, const FieldOptions& options) {
  if constexpr (is_optional<T>) {
    return !value.has_value();
  } else if constexpr (std::same_as<T, base::Value>) {
    return options.optional && value.is_null();
  } else {
    return false;
  }
}

}  // namespace described

/// Appends the value as JSON, fields in the order of the description; no other representation is built.
template <class T>
void append_json(std::string& out, const T& value) {
  using namespace described;
  if constexpr (is_optional<T>) {
    append_json(out, *value);
  } else if constexpr (is_written<T>) {
    out += value.text;
  } else if constexpr (Text<T>) {
    append_text(out, value);
  } else if constexpr (Named<T>) {
    append_text(out, to_text(value));
  } else if constexpr (std::same_as<T, base::Id>) {
    append_id(out, value);
  } else if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (Whole<T>) {
    append_integer(out, static_cast<int64_t>(value));
  } else if constexpr (std::same_as<T, double>) {
    append_number(out, value);
  } else if constexpr (std::same_as<T, base::Instant>) {
    append_instant(out, value);
  } else if constexpr (std::same_as<T, base::Duration>) {
    append_duration(out, value);
  } else if constexpr (std::same_as<T, Object>) {
    append_json(out, value.value);
  } else if constexpr (Enumeration<T>) {
    for (const auto& [name, candidate] : model::EnumNames<T>::names()) {
      if (candidate == value) return append_text(out, name);
    }
  } else if constexpr (is_map<T>) {
    out += '{';
    for (const auto& [name, item] : value) {
      if (out.back() != '{') out += ',';
      append_text(out, name);
      out += ':';
      append_json(out, item);
    }
    out += '}';
  } else if constexpr (is_list<T>) {
    out += '[';
    const char* separator = "";
    for (const auto& item : value) {
      out += separator;
      separator = ",";
      append_json(out, item);
    }
    out += ']';
  } else {
    out += '{';
    std::apply(
        [&]<class... Fields>(const Fields&... fields) {
          const auto append = [&]<class F>(const F& described_field) {
            static_assert(!std::same_as<decltype(described_field.get), WrittenElsewhere>,
                          "a field without a member cannot be written");
            const auto& member = std::invoke(described_field.get, value);
            if (is_absent(member, described_field.options)) return;
            append_key(out, described_field.name);
            append_json(out, member);
          };
          (append(fields), ...);
        },
        Described<T>::fields);
    out += '}';
  }
}

template <class T>
std::string to_json(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

/// The text of a value that has the form of T.
template <class T>
JsonOf<T> json_of(const base::Value& value) {
  return {to_json(value)};
}

// ---------------------------------------------------------------------------------------------- reading

/// Where a body is being read, and what is wrong with it: the first finding, with the path of its field.
class BodyContext {
 public:
  const std::optional<base::Error>& error() const { return error_; }
  /// Always false, so that readers can return it.
  bool fail(std::string_view message);
  /// `must be a string`.
  bool wrong_kind(std::string_view wanted);
  bool missing(std::string_view name, const base::Value& object, const JsonType& type);
  bool unknown_name(std::string_view given, const std::vector<std::string_view>& names);

  /// RAII: a step of the path, the name of a field or the position in a list.
  class Scope {
   public:
    Scope(BodyContext& context, std::string_view name);
    Scope(BodyContext& context, size_t index);
    ~Scope() { context_.path_.resize(length_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    BodyContext& context_;
    size_t length_;
  };

 private:
  std::string path_;
  std::optional<base::Error> error_;
};

namespace described {

bool read_instant(const base::Value& given, base::Instant& member, BodyContext& context);
bool read_duration(const base::Value& given, base::Duration& member, BodyContext& context);

/// False where the value does not match; the context then has the error.
template <class T>
bool read(const base::Value& given, T& member, BodyContext& context) {
  if constexpr (is_optional<T>) {
    return read(given, member.emplace(), context);
  } else if constexpr (ReadsItself<T>) {
    return Described<T>::read(given, member, context);
  } else if constexpr (Text<T>) {
    if (!given.is_string()) return context.wrong_kind("a string");
    member = given.text();
  } else if constexpr (std::same_as<T, bool>) {
    if (!given.is_boolean()) return context.wrong_kind("a boolean");
    member = given.as_boolean();
  } else if constexpr (Whole<T>) {
    if (!given.is_integer() || !std::in_range<T>(given.as_integer())) return context.wrong_kind("an integer");
    member = static_cast<T>(given.as_integer());
  } else if constexpr (std::same_as<T, double>) {
    if (!given.is_integer() && !given.is_number()) return context.wrong_kind("a number");
    member = given.is_integer() ? static_cast<double>(given.as_integer()) : given.as_number();
  } else if constexpr (std::same_as<T, base::Instant>) {
    return read_instant(given, member, context);
  } else if constexpr (std::same_as<T, base::Duration>) {
    return read_duration(given, member, context);
  } else if constexpr (std::same_as<T, base::Value>) {
    member = given;
  } else if constexpr (std::same_as<T, Object>) {
    if (!given.is_map()) return context.wrong_kind("an object");
    member.value = given;
  } else if constexpr (Enumeration<T>) {
    if (!given.is_string()) return context.wrong_kind("a string");
    for (const auto& [name, value] : model::EnumNames<T>::names()) {
      if (name != given.text()) continue;
      member = value;
      return true;
    }
    return context.unknown_name(given.text(), json_type<T>().values);
  } else if constexpr (is_map<T>) {
    if (!given.is_map()) return context.wrong_kind("an object");
    for (const auto& entry : given.entries()) {
      BodyContext::Scope scope(context, entry.name());
      typename Inner<T>::type item{};
      if (!read(entry.value, item, context)) return false;
      member.insert(member.end(), {std::string(entry.name()), std::move(item)});
    }
  } else if constexpr (is_list<T>) {
    if (!given.is_list()) return context.wrong_kind("a list");
    for (const base::Value& item : given.items()) {
      BodyContext::Scope scope(context, member.size());
      typename Inner<T>::type one{};
      if (!read(item, one, context)) return false;
      member.push_back(std::move(one));
    }
  } else {
    if (!given.is_map()) return context.wrong_kind("an object");
    return std::apply(
        [&]<class... Fields>(const Fields&... fields) {
          const auto read_field = [&]<class F>(const F& described_field) {
            const base::Value* found = given.find(described_field.name);
            if (found == nullptr || found->is_null()) {
              if (is_optional<typename F::type> || described_field.options.optional) return true;
              return context.missing(described_field.name, given, json_type<T>());
            }
            BodyContext::Scope scope(context, described_field.name);
            return read(*found, member.*described_field.get, context);
          };
          return (read_field(fields) && ...);
        },
        Described<T>::fields);
  }
  return true;
}

}  // namespace described

/// Reads a value of type T. Unknown fields are ignored (API-23). Error: GYR-W008 with the path of the first field that
/// does not match.
template <class T>
base::Result<T> read_json(const base::Value& given) {
  T body{};
  BodyContext context;
  if (!described::read(given, body, context)) return base::fail(*context.error());
  return body;
}

}  // namespace gyr::web
