// How each type of member is bound from a node and described: the specialisations of Binder. Everything that is not a
// template is in bind.cc, so that including this header stays cheap.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"
#include "model/dynamic.h"
#include "model/execution.h"
#include "model/schema.h"
#include "model/temporal.h"
#include "syntax/node.h"

namespace gyr::model {

/// A struct that describes itself: `static const Schema& schema()`.
template <class T>
concept Described = requires {
  { T::schema() } -> std::same_as<const Schema&>;
};

/// An enumeration with EnumNames.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires { EnumNames<E>::names(); };

namespace detail {

/// The index of the text of the node in the names; reports a text that is not in the list.
std::optional<size_t> bind_enum(std::string_view type, std::span<const std::string_view> names,
                                const syntax::NodePtr& node, BindContext& context);
/// Whether the node is a sequence (a mapping); reports any other kind.
bool expect_sequence(std::string_view item_type, const syntax::NodePtr& node, BindContext& context);
bool expect_mapping(std::string_view type, const syntax::NodePtr& node, BindContext& context);
/// What a scalar means to a dynamic property of a scalar type; containers keep their values.
enum class SourceForm : uint8_t { text, value, texts, map };
base::Value source_of(const syntax::NodePtr& node, SourceForm form);
/// Reports a null item of a list or map.
bool expect_item(const syntax::NodePtr& node, BindContext& context);
/// Whether null is a value of T like any other.
template <class T>
constexpr bool takes_null = std::is_same_v<T, base::Value> || std::is_same_v<T, syntax::NodePtr>;

template <class T>
std::string_view class_name() {
  if constexpr (Described<T>)
    return T::schema().name();
  else if constexpr (requires { Binder<T>::type_name(); })
    return Binder<T>::type_name();
  else
    return "java.lang.Object";
}

/// Binds a rendered value to a described object; the error lists all problems of the value.
base::Result<void> bind_rendered(const Schema& schema, const base::Value& rendered, void* object);

}  // namespace detail

#define GYR_MODEL_SCALAR_BINDER(member, value_type, java)                                \
  template <>                                                                            \
  struct Binder<member> {                                                                \
    static constexpr bool dynamic = false;                                               \
    static constexpr std::string_view type_name() { return java; }                       \
    static TypeInfo type_info() { return {.type = ValueType::value_type}; }              \
    static void bind(const syntax::NodePtr& node, member& target, BindContext& context); \
  }

GYR_MODEL_SCALAR_BINDER(std::string, string, "java.lang.String");
GYR_MODEL_SCALAR_BINDER(int32_t, integer, "java.lang.Integer");
GYR_MODEL_SCALAR_BINDER(int64_t, integer, "java.lang.Long");
GYR_MODEL_SCALAR_BINDER(float, number, "java.lang.Float");
GYR_MODEL_SCALAR_BINDER(double, number, "java.lang.Double");
GYR_MODEL_SCALAR_BINDER(bool, boolean, "java.lang.Boolean");
GYR_MODEL_SCALAR_BINDER(base::Duration, duration, "java.time.Duration");
GYR_MODEL_SCALAR_BINDER(base::Instant, date_time, "java.time.Instant");
GYR_MODEL_SCALAR_BINDER(LocalDate, date, "java.time.LocalDate");
GYR_MODEL_SCALAR_BINDER(LocalTime, time, "java.time.LocalTime");
/// Anything, resolved and not rendered.
GYR_MODEL_SCALAR_BINDER(base::Value, any, "java.lang.Object");
/// Anything, with its places.
GYR_MODEL_SCALAR_BINDER(syntax::NodePtr, any, "java.lang.Object");
#undef GYR_MODEL_SCALAR_BINDER

template <>
struct Binder<Typed> {
  static constexpr bool dynamic = false;
  static TypeInfo type_info() { return {.type = ValueType::any}; }
};

template <NamedEnum E>
struct Binder<E> {
  static constexpr bool dynamic = false;
  static std::string_view type_name() { return EnumNames<E>::type_name(); }
  static TypeInfo type_info() {
    TypeInfo info{.type = ValueType::enumeration, .name = std::string(EnumNames<E>::type_name())};
    for (const auto& [name, value] : EnumNames<E>::names()) info.values.emplace_back(name);
    return info;
  }
  static void bind(const syntax::NodePtr& node, E& target, BindContext& context) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : EnumNames<E>::names()) names.push_back(name);
    if (auto found = detail::bind_enum(EnumNames<E>::type_name(), names, node, context)) {
      target = EnumNames<E>::names()[*found].second;
    }
  }
};

template <Described T>
struct Binder<T> {
  static constexpr bool dynamic = false;
  static TypeInfo type_info() { return {.type = ValueType::object, .object = &T::schema}; }
  static void bind(const syntax::NodePtr& node, T& target, BindContext& context) {
    T::schema().bind(node, &target, context);
  }
  static void visit_children(const T& object, std::string_view path, const ChildListVisitor& visitor) {
    if (T::schema().may_have_children()) T::schema().visit_children(&object, path, visitor);
  }
};

template <class T>
struct Binder<std::optional<T>> {
  static constexpr bool dynamic = Binder<T>::dynamic;
  static TypeInfo type_info() { return Binder<T>::type_info(); }
  static void bind(const syntax::NodePtr& node, std::optional<T>& target, BindContext& context) {
    const size_t problems = context.problems();
    T value{};
    Binder<T>::bind(node, value, context);
    if (context.problems() == problems) target = std::move(value);
  }
  static void visit_children(const std::optional<T>& value, std::string_view path, const ChildListVisitor& visitor)
    requires requires(const T& item) { Binder<T>::visit_children(item, path, visitor); }
  {
    if (value) Binder<T>::visit_children(*value, path, visitor);
  }
};

template <class T>
struct Binder<std::vector<T>> {
  static constexpr bool dynamic = false;
  static TypeInfo type_info() {
    return {.type = ValueType::list, .item = std::make_shared<const TypeInfo>(Binder<T>::type_info())};
  }
  static void bind(const syntax::NodePtr& node, std::vector<T>& target, BindContext& context) {
    if (!detail::expect_sequence(detail::class_name<T>(), node, context)) return;
    target.clear();
    target.reserve(node->items().size());
    for (size_t i = 0; i < node->items().size(); ++i) {
      BindContext::Scope item(context, i);
      if (!detail::takes_null<T> && !detail::expect_item(node->items()[i], context)) continue;
      T value{};
      Binder<T>::bind(node->items()[i], value, context);
      target.push_back(std::move(value));
    }
  }
  static void visit_children(const std::vector<T>& items, std::string_view path, const ChildListVisitor& visitor)
    requires requires(const T& item) { Binder<T>::visit_children(item, path, visitor); }
  {
    for (size_t i = 0; i < items.size(); ++i) {
      Binder<T>::visit_children(items[i], std::string(path) + "[" + std::to_string(i) + "]", visitor);
    }
  }
};

template <class T>
struct Binder<std::map<std::string, T>> {
  static constexpr bool dynamic = false;
  static TypeInfo type_info() {
    return {.type = ValueType::map, .item = std::make_shared<const TypeInfo>(Binder<T>::type_info())};
  }
  static void bind(const syntax::NodePtr& node, std::map<std::string, T>& target, BindContext& context) {
    if (!detail::expect_mapping("java.util.LinkedHashMap", node, context)) return;
    target.clear();
    for (const auto& entry : node->entries()) {
      BindContext::Scope item(context, entry.key);
      if (!detail::takes_null<T> && !detail::expect_item(entry.value, context)) continue;
      T value{};
      Binder<T>::bind(entry.value, value, context);
      target.insert_or_assign(entry.key, std::move(value));
    }
  }
  static void visit_children(const std::map<std::string, T>& items, std::string_view path,
                             const ChildListVisitor& visitor)
    requires requires(const T& item) { Binder<T>::visit_children(item, path, visitor); }
  {
    for (const auto& [key, value] : items) Binder<T>::visit_children(value, std::string(path) + "." + key, visitor);
  }
};

template <>
struct Binder<std::vector<Label>> {
  static constexpr bool dynamic = false;
  static TypeInfo type_info();
  static void bind(const syntax::NodePtr& node, std::vector<Label>& target, BindContext& context);
};

namespace detail {

template <class T>
constexpr SourceForm source_form = SourceForm::value;
template <>
inline constexpr SourceForm source_form<std::string> = SourceForm::text;
template <>
inline constexpr SourceForm source_form<std::vector<std::string>> = SourceForm::texts;
template <class T>
constexpr SourceForm source_form<std::map<std::string, T>> = SourceForm::map;
template <>
inline constexpr SourceForm source_form<std::map<std::string, std::string>> = SourceForm::texts;

}  // namespace detail

/// Accepts any value: only the rendered value can be checked (TASK-3).
template <class T>
struct Binder<Dynamic<T>> {
  static constexpr bool dynamic = true;
  static TypeInfo type_info() { return Binder<T>::type_info(); }
  static void bind(const syntax::NodePtr& node, Dynamic<T>& target, BindContext&) {
    target = Dynamic<T>(node, detail::source_of(node, detail::source_form<T>));
  }
};

GYR_NAMED_ENUM(LogLevel, "org.slf4j.event.Level");

GYR_NAMED_ENUM(State, "io.kestra.core.models.flows.State$Type");

}  // namespace gyr::model
