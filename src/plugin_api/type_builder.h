// What the descriptions of all kinds of types have in common: tasks, triggers, conditions, task runners.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "model/bind.h"
#include "model/schema.h"

namespace gyr::plugin {

/// The documentation of one output.
struct OutputInfo {
  model::ValueType type = model::ValueType::any;
  std::string_view title = {};
  std::string_view documentation = {};
};

/// An example of a type's documentation.
struct Example {
  std::string title;
  std::string code;  ///< YAML of a task (a trigger …), or of a whole flow where `full`
  bool full = false;
};

/// The part of a registered type that every kind has. Immutable; lives as long as the registry.
struct TypeDescription {
  std::string type;                  ///< `io.kestra.plugin.core.log.Log`
  std::vector<std::string> aliases;  ///< other names; the aliases of FLOW-8's families are added automatically
  std::string title;
  std::string documentation;  ///< Markdown
  bool deprecated = false;
  model::Schema schema;  ///< its own properties; the model describes those of every task (trigger …)
  std::vector<std::pair<std::string, OutputInfo>> outputs;
  std::vector<Example> examples;

  std::function<std::unique_ptr<model::PluginObject>()> make;
  void* (*properties_of)(model::PluginObject&) = nullptr;
  const std::type_info* properties_type = nullptr;
};

/// Holds the properties struct of a type.
template <class T>
class HeldObject final : public model::PluginObject {
 public:
  T properties;
};

/// The words of a description. T: the struct of properties; Type: what is built; Self: the builder itself.
template <class Self, class T, class Type>
class TypeBuilder {
 public:
  using Properties = T;

  explicit TypeBuilder(std::string_view type) : schema_(type) {
    result_.type = type;
    result_.make = [] { return std::make_unique<HeldObject<T>>(); };
    result_.properties_of = [](model::PluginObject& object) -> void* {
      return &static_cast<HeldObject<T>&>(object).properties;
    };
    result_.properties_type = &typeid(T);
  }

  Self& title(std::string_view text) {
    result_.title = text;
    return self();
  }
  Self& documentation(std::string_view text) {
    result_.documentation = text;
    return self();
  }
  Self& alias(std::string_view name) {
    result_.aliases.emplace_back(name);
    return self();
  }
  Self& deprecated() {
    result_.deprecated = true;
    return self();
  }
  template <class Owner, class Member>
  Self& property(std::string_view name, Member Owner::* member, model::PropertyOptions options = {}) {
    schema_.property(name, static_cast<Member T::*>(member), std::move(options));
    return self();
  }
  /// A property without a member, such as one of a connector.
  Self& property(model::Property property) {
    schema_.property(std::move(property));
    return self();
  }
  /// A rule over several properties; called only when all of them were bound.
  Self& check(std::function<void(const T&, const syntax::NodePtr&, model::BindContext&)> rule) {
    schema_.check(std::move(rule));
    return self();
  }
  Self& output(std::string_view name, OutputInfo info) {
    result_.outputs.emplace_back(std::string(name), info);
    return self();
  }
  Self& example(std::string_view title, std::string_view code, bool full = false) {
    result_.examples.push_back({std::string(title), std::string(code), full});
    return self();
  }
  /// Lets several types share a group of properties: `shared(builder)` adds them.
  template <class Function>
  Self& with(Function&& shared) {
    shared(self());
    return self();
  }
  Type build() {
    result_.schema = schema_.build();
    return std::move(result_);
  }

 protected:
  Self& self() { return static_cast<Self&>(*this); }
  Type result_;
  model::SchemaBuilder<T> schema_;
};

}  // namespace gyr::plugin
