#include "connectors/definition.h"

#include <algorithm>
#include <set>

#include "model/no_types.h"
#include "syntax/yaml.h"

namespace gyr::model {

using connectors::AuthKind;
using connectors::FetchType;
using connectors::PropertyKind;

std::span<const std::pair<std::string_view, PropertyKind>> EnumNames<PropertyKind>::names() {
  static constexpr std::pair<std::string_view, PropertyKind> all[] = {
      {"string", PropertyKind::string}, {"boolean", PropertyKind::boolean}, {"integer", PropertyKind::integer},
      {"list", PropertyKind::list},     {"map", PropertyKind::map},         {"json", PropertyKind::json},
      {"any", PropertyKind::any},       {"enum", PropertyKind::enumeration}};
  return all;
}

std::span<const std::pair<std::string_view, AuthKind>> EnumNames<AuthKind>::names() {
  static constexpr std::pair<std::string_view, AuthKind> all[] = {{"header", AuthKind::header},
                                                                  {"basic", AuthKind::basic},
                                                                  {"bearer", AuthKind::bearer},
                                                                  {"oauth2Password", AuthKind::oauth2_password}};
  return all;
}

std::span<const std::pair<std::string_view, FetchType>> EnumNames<FetchType>::names() {
  static constexpr std::pair<std::string_view, FetchType> all[] = {{"NONE", FetchType::none},
                                                                   {"FETCH_ONE", FetchType::fetch_one},
                                                                   {"FETCH", FetchType::fetch},
                                                                   {"STORE", FetchType::store}};
  return all;
}

std::span<const std::pair<std::string_view, ValueType>> EnumNames<ValueType>::names() {
  static constexpr std::pair<std::string_view, ValueType> all[] = {
      {"string", ValueType::string}, {"integer", ValueType::integer},
      {"number", ValueType::number}, {"boolean", ValueType::boolean},
      {"uri", ValueType::uri},       {"list", ValueType::list},
      {"map", ValueType::map},       {"date_time", ValueType::date_time},
      {"any", ValueType::any}};
  return all;
}

}  // namespace gyr::model

namespace gyr::connectors {
namespace {

using model::describe;

/// Everything that a description alone cannot say.
class Checker {
 public:
  Checker(std::string_view file, std::vector<std::string>& problems) : file_(file), problems_(problems) {}

  void check(const Definition& definition, const syntax::Node& root) {
    if (definition.connector.empty()) tell("a connector needs a name", root.span().line);
    const syntax::Node* elements = root.find("elements");
    std::set<std::string> types;
    for (size_t i = 0; i < definition.elements.size(); ++i) {
      const ElementSpec& element = definition.elements[i];
      const uint32_t line = elements->items()[i]->span().line;
      if (!types.insert(element.type).second) tell(fmt::format("the type `{}` stands twice", element.type), line);
      check(definition, element, line);
    }
  }

 private:
  void check(const Definition& definition, const ElementSpec& element, uint32_t line) {
    auto known = [&](const std::string& name) {
      return element.properties.contains(name) || definition.connection.contains(name);
    };
    for (const auto& [name, spec] : element.properties) {
      if (definition.connection.contains(name))
        tell(fmt::format("`{}` of {} is a property of the connection already", name, element.type), line);
    }
    for (const auto& group : element.at_least_one_of) {
      for (const auto& name : group) {
        if (!known(name))
          tell(fmt::format("`atLeastOneOf` of {} names the unknown property `{}`", element.type, name), line);
      }
    }
    std::set<std::string> ids;
    for (const StepSpec& step : element.steps) {
      if (!ids.insert(step.id).second)
        tell(fmt::format("the step `{}` of {} stands twice", step.id, element.type), line);
      if (step.request.has_value() == step.assert_that.is_set())
        tell(fmt::format("the step `{}` of {} needs either `request` or `assert`", step.id, element.type), line);
      if (step.request && step.request->json.is_set() && step.request->form.is_set())
        tell(fmt::format("the step `{}` of {} has two bodies", step.id, element.type), line);
    }
    const bool succeeds = std::ranges::any_of(element.tests, [](const TestSpec& test) { return test.error.empty(); });
    const bool fails = std::ranges::any_of(element.tests, [](const TestSpec& test) { return !test.error.empty(); });
    if (!succeeds || !fails) tell(fmt::format("{} needs a test that succeeds and one that fails", element.type), line);
  }

  void tell(const std::string& problem, uint32_t line) {
    problems_.push_back(fmt::format("{}:{}: {}", file_, line, problem));
  }

  std::string_view file_;
  std::vector<std::string>& problems_;
};

}  // namespace

const model::Schema& PropertySpec::schema() {
  using T = PropertySpec;
  static const model::Schema schema = describe<T>("connector property")
                                          .property("type", &T::type)
                                          .property("title", &T::title, {.required = true, .not_blank = true})
                                          .property("documentation", &T::documentation)
                                          .property("required", &T::required)
                                          .property("secret", &T::secret)
                                          .property("default", &T::default_value)
                                          .property("values", &T::values)
                                          .property("group", &T::group)
                                          .build();
  return schema;
}

const model::Schema& AuthSpec::schema() {
  using T = AuthSpec;
  static const model::Schema schema = describe<T>("connector auth")
                                          .property("type", &T::type, {.required = true})
                                          .property("when", &T::when)
                                          .property("name", &T::name)
                                          .property("value", &T::value)
                                          .property("username", &T::username)
                                          .property("password", &T::password)
                                          .property("token", &T::token)
                                          .property("tokenUrl", &T::token_url)
                                          .property("clientId", &T::client_id)
                                          .property("clientSecret", &T::client_secret)
                                          .build();
  return schema;
}

const model::Schema& HttpSpec::schema() {
  using T = HttpSpec;
  static const model::Schema schema = describe<T>("connector http")
                                          .property("base", &T::base)
                                          .property("headers", &T::headers)
                                          .property("auth", &T::auth)
                                          .property("success", &T::success)
                                          .property("error", &T::error)
                                          .build();
  return schema;
}

const model::Schema& RequestSpec::schema() {
  using T = RequestSpec;
  static const model::Schema schema = describe<T>("connector request")
                                          .property("method", &T::method, {.pattern = "GET|POST|PUT|PATCH|DELETE|HEAD"})
                                          .property("url", &T::url)
                                          .property("path", &T::path)
                                          .property("query", &T::query)
                                          .property("headers", &T::headers)
                                          .property("json", &T::json)
                                          .property("form", &T::form)
                                          .build();
  return schema;
}

const model::Schema& StepSpec::schema() {
  using T = StepSpec;
  static const model::Schema schema =
      describe<T>("connector step")
          .property("id", &T::id, {.required = true, .pattern = "[a-zA-Z][a-zA-Z0-9_]*"})
          .property("if", &T::condition)
          .property("foreach", &T::foreach_items)
          .property("request", &T::request)
          .property("assert", &T::assert_that)
          .property("message", &T::message)
          .property("pages", &T::pages)
          .property("log", &T::log)
          .build();
  return schema;
}

const model::Schema& OutputSpec::schema() {
  using T = OutputSpec;
  static const model::Schema schema = describe<T>("connector output")
                                          .property("type", &T::type)
                                          .property("title", &T::title, {.required = true, .not_blank = true})
                                          .property("value", &T::value, {.required = true})
                                          .build();
  return schema;
}

const model::Schema& FetchSpec::schema() {
  using T = FetchSpec;
  static const model::Schema schema = describe<T>("connector fetch")
                                          .property("rows", &T::rows, {.required = true})
                                          .property("output", &T::output)
                                          .property("one", &T::one)
                                          .property("oneAsList", &T::one_as_list)
                                          .property("default", &T::default_type)
                                          .build();
  return schema;
}

const model::Schema& ExchangeSpec::schema() {
  using T = ExchangeSpec;
  static const model::Schema schema = describe<T>("connector exchange")
                                          .property("request", &T::request, {.required = true})
                                          .property("response", &T::response, {.required = true})
                                          .build();
  return schema;
}

const model::Schema& TestSpec::schema() {
  using T = TestSpec;
  static const model::Schema schema = describe<T>("connector test")
                                          .property("name", &T::name, {.required = true})
                                          .property("properties", &T::properties)
                                          .property("exchanges", &T::exchanges)
                                          .property("outputs", &T::outputs)
                                          .property("error", &T::error)
                                          .build();
  return schema;
}

const model::Schema& ElementSpec::schema() {
  using T = ElementSpec;
  static const model::Schema schema = describe<T>("connector element")
                                          .property("type", &T::type, {.required = true, .pattern = "[a-zA-Z0-9._]+"})
                                          .property("aliases", &T::aliases)
                                          .property("title", &T::title, {.required = true, .not_blank = true})
                                          .property("documentation", &T::documentation)
                                          .property("properties", &T::properties)
                                          .property("atLeastOneOf", &T::at_least_one_of)
                                          .property("steps", &T::steps, {.required = true, .not_empty = true})
                                          .property("outputs", &T::outputs)
                                          .property("fetch", &T::fetch)
                                          .property("example", &T::example, {.required = true, .not_blank = true})
                                          .property("tests", &T::tests)
                                          .build();
  return schema;
}

const model::Schema& Definition::schema() {
  using T = Definition;
  static const model::Schema schema = describe<T>("connector")
                                          .property("connector", &T::connector, {.required = true})
                                          .property("title", &T::title, {.required = true})
                                          .property("version", &T::version)
                                          .property("connection", &T::connection)
                                          .property("atLeastOneOf", &T::at_least_one_of)
                                          .property("http", &T::http)
                                          .property("elements", &T::elements, {.required = true, .not_empty = true})
                                          .build();
  return schema;
}

base::Result<Definition> read_definition(std::string_view file_name, std::string_view text) {
  auto node = syntax::parse_yaml(text);
  if (!node) {
    return base::fail(
        base::Error(bad_connector, fmt::format("{}: {}", file_name, node.error().message())).with_cause(node.error()));
  }
  static const model::NoTypes no_types;
  model::BindContext context(no_types);
  Definition definition;
  std::vector<std::string> problems;
  if (!(*node)->is_mapping()) {
    problems.push_back(fmt::format("{}:1: a connector is a mapping", file_name));
  } else {
    Definition::schema().bind(*node, &definition, context);
    for (const auto& found : context.diagnostics()) {
      if (found.severity != syntax::Severity::error) continue;
      problems.push_back(fmt::format("{}:{}: {}{}{}", file_name, found.span ? found.span->line : 1, found.path,
                                     found.path.empty() ? "" : ": ", found.message));
    }
    if (problems.empty()) Checker(file_name, problems).check(definition, **node);
  }
  if (problems.empty()) return definition;
  return base::fail(bad_connector, fmt::format("{}", fmt::join(problems, "\n")));
}

}  // namespace gyr::connectors
