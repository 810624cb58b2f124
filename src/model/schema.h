// Schema once: one description of an object's properties, from which come parsing with places, validation messages,
// JSON Schema, documentation, the no-code form and completion.
//
//   struct Constant { base::Duration interval; int64_t max_attempts; };
//   Schema schema = describe<Constant>("constant")
//       .property("interval", &Constant::interval, {.title = "Time between two attempts", .required = true})
//       .property("maxAttempts", &Constant::max_attempts, {.title = "Maximum number of attempts", .minimum = 1})
//       .build();
//
// A member of type Dynamic<T> is dynamic, any other is static; std::optional<T> is a static property that may be
// absent. Include model/bind.h where a schema is built: it says how each type of member is bound.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "base/value.h"
#include "model/bind_context.h"
#include "model/dynamic.h"
#include "syntax/diagnostic.h"
#include "syntax/node.h"

namespace gyr::model {

class Regex;
class Schema;
struct TaskSpec;

/// Kind of a property's value, for documentation, JSON Schema and forms.
enum class ValueType : uint8_t {
  string,
  integer,
  number,
  boolean,
  duration,
  date_time,
  date,
  time,
  uri,
  any,
  enumeration,
  list,
  map,
  object,
  task,
  tasks,
  trigger,
  condition,
  task_runner,
};

/// Returns a schema on demand, so that objects may contain objects of their own kind.
using SchemaSource = const Schema& (*)();

/// The kind of a value with what belongs to it.
struct TypeInfo {
  ValueType type = ValueType::any;
  std::string name;                      ///< of an enumeration or object
  std::vector<std::string> values;       ///< of an enumeration
  std::shared_ptr<const TypeInfo> item;  ///< of a list or map
  SchemaSource object = nullptr;         ///< of an object
  /// For an object whose `type` selects its shape (retry, input, SLA): value of `type` and shape.
  std::vector<std::pair<std::string, SchemaSource>> variants;

  /// The elements of a list or map: anything, if nothing is specified.
  const TypeInfo& element() const {
    static const TypeInfo any;
    return item == nullptr ? any : *item;
  }
};

/// The options of one property in a describe(), besides its name and member.
struct PropertyOptions {
  std::string_view title = {};
  std::string_view documentation = {};
  bool required = false;           ///< must be given and not null, unless a default exists: `must not be null`
  base::Value default_value = {};  ///< shown, and bound if the property is missing or an explicit null
  bool secret = false;
  bool deprecated = false;
  bool hidden = false;                  ///< accepted, left out of documentation and schema
  bool not_blank = false;               ///< text must be given and hold more than white space
  bool not_empty = false;               ///< list, map or text must be given and not be empty
  std::string_view empty_message = {};  ///< instead of `must not be empty`
  bool text_only = false;               ///< a dynamic text that may not be written as a list or map
  std::optional<double> minimum = {};
  std::optional<double> maximum = {};
  std::optional<size_t> min_length = {};
  std::optional<size_t> max_length = {};
  std::string_view length_message = {};        ///< instead of `size must be between a and b`
  std::string_view pattern = {};               ///< regular expression the whole text must match
  std::string_view pattern_message = {};       ///< instead of `must match "…"`
  std::vector<std::string_view> aliases = {};  ///< former names; their use is reported as deprecated
  std::string_view group = {};                 ///< `main`, `execution`, `advanced` …
  std::optional<ValueType> shown_as =
      {};  ///< type in documentation and forms, if it differs from that of the member (uri, date_time)
};

/// Sees every list of child tasks of an object: `property` is its path (`tasks`, `cases.red`, `tasks[0].task`).
using ChildListVisitor = std::function<void(std::string_view property, std::span<const TaskSpec> tasks)>;

/// One described property.
struct Property {
  std::string name;
  PropertyOptions options;
  TypeInfo type;
  bool dynamic = false;
  /// Binds the node (never null) into the object; reports into the context.
  std::function<void(const syntax::NodePtr&, void* object, BindContext&)> bind;
  /// Visits the tasks it holds; empty for properties that cannot hold any.
  std::function<void(const void* object, std::string_view name, const ChildListVisitor&)> visit_children;
  syntax::NodePtr default_node;        ///< of options.default_value; null if there is none
  std::shared_ptr<const Regex> regex;  ///< of options.pattern
  bool must_be_given() const;
};

/// The described properties of one class of objects. Immutable once built; lives as long as the program.
class Schema {
 public:
  const std::string& name() const { return name_; }
  const std::vector<Property>& properties() const { return properties_; }
  const Property* find(std::string_view name_or_alias) const;
  bool ignores(std::string_view name) const;
  /// Binds a mapping to `object`, which was default-constructed. Unknown properties, wrong kinds, missing properties
  /// and violated constraints are all reported; valid properties are bound. `ignored` are names that other code binds
  /// (`type`).
  void bind(const syntax::NodePtr& node, void* object, BindContext& context) const;
  /// Visits the child tasks of a bound object.
  void visit_children(const void* object, std::string_view prefix, const ChildListVisitor& visitor) const;
  bool may_have_children() const { return may_have_children_; }

 private:
  template <class T>
  friend class SchemaBuilder;
  friend class MappingBinder;
  void finish();

  std::string name_;
  std::vector<Property> properties_;
  std::vector<std::function<void(const void* object, const syntax::NodePtr&, BindContext&)>> checks_;
  std::vector<std::string> ignored_;
  bool may_have_children_ = false;
};

/// One of several objects that are bound from the same mapping, as a task's common properties and its own.
struct BindTarget {
  const Schema* schema;
  void* object;
};
/// Binds a mapping into several objects; a property that none of them knows is reported for the class `class_name`.
void bind_mapping(const syntax::NodePtr& node, std::span<const BindTarget> targets, std::string_view class_name,
                  BindContext& context);

/// An object made from the description of a registered type: the properties of a task, a trigger, a condition, a
/// runner.
class PluginObject {
 public:
  virtual ~PluginObject() = default;
};

/// Where typed objects come from: the plugin registry, seen from below
/// (principle: layers; the model does not know plugins).
class TypeSource {
 public:
  enum class Kind : uint8_t { task, trigger, condition, task_runner };
  struct Found {
    std::string type;       ///< real name, after aliases
    bool replaced = false;  ///< the author used an alias
    bool deprecated = false;
    const Schema* schema = nullptr;  ///< properties of the type itself
    std::function<std::unique_ptr<PluginObject>()> make;
    /// The struct of properties inside a made object, which `schema` binds.
    void* (*properties_of)(PluginObject&) = nullptr;
    const std::type_info* properties_type = nullptr;  ///< of that struct
    bool flowable = false;
    bool runnable = true;
  };
  virtual ~TypeSource() = default;
  /// Null if no such type is registered; the result lives as long as the source.
  virtual const Found* find(Kind kind, std::string_view type_or_alias) const = 0;
  /// All names of a kind, for suggestions.
  virtual std::vector<std::string_view> names(Kind kind) const = 0;
};

/// The names of an enumeration: specialise it with `static std::span<const std::pair<std::string_view, E>> names()` and
/// `static std::string_view type_name()`.
template <class E>
struct EnumNames;

/// Declares, in namespace gyr::model, that an enumeration has EnumNames whose names() a source file defines; `java` is
/// the name of its type in messages.
#define GYR_NAMED_ENUM(enumeration, java)                                     \
  template <>                                                                 \
  struct EnumNames<enumeration> {                                             \
    static std::span<const std::pair<std::string_view, enumeration>> names(); \
    static std::string_view type_name() { return java; }                      \
  }

/// How a type of member is bound and described. Specialised in bind.h for the types listed at Dynamic<T>.
template <class T>
struct Binder;

/// Writes the Schema of a struct of properties, member by member; describe<T>() begins it, build() ends it.
template <class T>
class SchemaBuilder {
 public:
  explicit SchemaBuilder(std::string_view name) { schema_.name_ = name; }

  template <class Owner, class Member>
  SchemaBuilder& property(std::string_view name, Member Owner::* owned, PropertyOptions options = {}) {
    Member T::* member = owned;
    Property property;
    property.name = name;
    property.options = std::move(options);
    property.type = Binder<Member>::type_info();
    property.dynamic = Binder<Member>::dynamic;
    property.bind = [member](const syntax::NodePtr& node, void* object, BindContext& context) {
      Binder<Member>::bind(node, static_cast<T*>(object)->*member, context);
    };
    if constexpr (requires(const Member& m, const ChildListVisitor& v) {
                    Binder<Member>::visit_children(m, name, v);
                  }) {
      property.visit_children = [member](const void* object, std::string_view path, const ChildListVisitor& visitor) {
        Binder<Member>::visit_children(static_cast<const T*>(object)->*member, path, visitor);
      };
    }
    schema_.properties_.push_back(std::move(property));
    return *this;
  }
  /// A property whose place in the object only a program knows, as of a connector: `bind` is set, the rest as wanted.
  SchemaBuilder& property(Property property) {
    schema_.properties_.push_back(std::move(property));
    return *this;
  }
  /// A rule over several properties; called only when every property was bound: nothing that is needed is missing or
  /// empty.
  SchemaBuilder& check(std::function<void(const T&, const syntax::NodePtr&, BindContext&)> rule) {
    schema_.checks_.push_back(
        [rule = std::move(rule)](const void* object, const syntax::NodePtr& node, BindContext& context) {
          rule(*static_cast<const T*>(object), node, context);
        });
    return *this;
  }
  /// A key of the mapping that something else binds.
  SchemaBuilder& ignore(std::string_view name) {
    schema_.ignored_.emplace_back(name);
    return *this;
  }
  /// Lets several schemas share a group of properties: `shared(builder)` adds them.
  template <class Function>
  SchemaBuilder& with(Function&& shared) {
    shared(*this);
    return *this;
  }
  Schema build() {
    schema_.finish();
    return std::move(schema_);
  }

 private:
  Schema schema_;
};

template <class T>
SchemaBuilder<T> describe(std::string_view name) {
  return SchemaBuilder<T>(name);
}

}  // namespace gyr::model
