#include "connectors/definition.h"

#include <algorithm>

namespace gyr::model {

using connectors::AuthKind;
using connectors::FetchType;
using connectors::PageKind;
using connectors::PropertyKind;

std::span<const std::pair<std::string_view, PropertyKind>> EnumNames<PropertyKind>::names() {
  static constexpr std::pair<std::string_view, PropertyKind> all[] = {
      {"string", PropertyKind::string},     {"boolean", PropertyKind::boolean}, {"integer", PropertyKind::integer},
      {"duration", PropertyKind::duration}, {"list", PropertyKind::list},       {"map", PropertyKind::map},
      {"json", PropertyKind::json},         {"any", PropertyKind::any},         {"enum", PropertyKind::enumeration}};
  return all;
}

std::span<const std::pair<std::string_view, AuthKind>> EnumNames<AuthKind>::names() {
  static constexpr std::pair<std::string_view, AuthKind> all[] = {{"header", AuthKind::header},
                                                                  {"query", AuthKind::query},
                                                                  {"basic", AuthKind::basic},
                                                                  {"bearer", AuthKind::bearer},
                                                                  {"oauth2Password", AuthKind::oauth2_password},
                                                                  {"oauth2Client", AuthKind::oauth2_client},
                                                                  {"oauth2Refresh", AuthKind::oauth2_refresh},
                                                                  {"jwtBearer", AuthKind::jwt_bearer},
                                                                  {"oauth1", AuthKind::oauth1},
                                                                  {"session", AuthKind::session}};
  return all;
}

std::span<const std::pair<std::string_view, PageKind>> EnumNames<PageKind>::names() {
  static constexpr std::pair<std::string_view, PageKind> all[] = {{"link", PageKind::link},
                                                                  {"next", PageKind::next},
                                                                  {"cursor", PageKind::cursor},
                                                                  {"number", PageKind::number},
                                                                  {"offset", PageKind::offset}};
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

using model::describe;

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
                                          .property("anyCase", &T::any_case)
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
                                          .property("scope", &T::scope)
                                          .property("tokenSecret", &T::token_secret)
                                          .property("method", &T::method)
                                          .property("privateKey", &T::private_key)
                                          .property("claims", &T::claims)
                                          .property("login", &T::login)
                                          .property("cookie", &T::cookie)
                                          .property("lifetime", &T::lifetime)
                                          .build();
  return schema;
}

const model::Schema& TlsSpec::schema() {
  using T = TlsSpec;
  static const model::Schema schema = describe<T>("connector tls")
                                          .property("certificate", &T::certificate)
                                          .property("key", &T::key)
                                          .property("authority", &T::authority)
                                          .property("insecure", &T::insecure)
                                          .build();
  return schema;
}

const model::Schema& HttpSpec::schema() {
  using T = HttpSpec;
  static const model::Schema schema = describe<T>("connector http")
                                          .property("base", &T::base)
                                          .property("headers", &T::headers)
                                          .property("auth", &T::auth)
                                          .property("tls", &T::tls)
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
                                          .property("slash", &T::slash)
                                          .property("query", &T::query)
                                          .property("headers", &T::headers)
                                          .property("json", &T::json)
                                          .property("form", &T::form)
                                          .property("multipart", &T::multipart)
                                          .property("ndjson", &T::ndjson)
                                          .property("raw", &T::raw)
                                          .property("file", &T::file)
                                          .property("contentType", &T::content_type)
                                          .property("accept", &T::accept)
                                          .property("older", &T::older)
                                          .build();
  return schema;
}

const model::Schema& PagesSpec::schema() {
  using T = PagesSpec;
  static const model::Schema schema = describe<T>("connector pages")
                                          .property("by", &T::by)
                                          .property("rows", &T::rows, {.required = true})
                                          .property("next", &T::next)
                                          .property("first", &T::first)
                                          .property("size", &T::size)
                                          .property("total", &T::total)
                                          .property("limit", &T::limit)
                                          .property("maxPages", &T::max_pages, {.minimum = 1})
                                          .property("maxRows", &T::max_rows, {.minimum = 1})
                                          .build();
  return schema;
}

const model::Schema& JobSpec::schema() {
  using T = JobSpec;
  static const model::Schema schema = describe<T>("connector job")
                                          .property("start", &T::start, {.required = true})
                                          .property("idempotent", &T::idempotent)
                                          .property("id", &T::id)
                                          .property("lookup", &T::lookup)
                                          .property("found", &T::found)
                                          .property("poll", &T::poll, {.required = true})
                                          .property("state", &T::state, {.required = true})
                                          .property("success", &T::success, {.required = true, .not_empty = true})
                                          .property("failure", &T::failure)
                                          .property("cancelled", &T::cancelled)
                                          .property("message", &T::message)
                                          .property("interval", &T::interval)
                                          .property("backoff", &T::backoff, {.minimum = 1, .maximum = 10})
                                          .property("maxInterval", &T::max_interval)
                                          .property("timeout", &T::timeout)
                                          .property("wait", &T::wait)
                                          .property("kill", &T::kill)
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
          .property("concurrency", &T::concurrency, {.minimum = 1, .maximum = 16})
          .property("request", &T::request)
          .property("pages", &T::pages)
          .property("job", &T::job)
          .property("assert", &T::assert_that)
          .property("message", &T::message)
          .property("set", &T::set)
          .property("switch", &T::switch_on)
          .property("cases", &T::cases)
          .property("default", &T::otherwise)
          .property("steps", &T::steps)
          .property("call", &T::call)
          .property("with", &T::with)
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
                                          .property("rows", &T::rows)
                                          .property("step", &T::step)
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

const ElementSpec* Definition::find(std::string_view type) const {
  const auto found = std::ranges::find(elements, type, &ElementSpec::type);
  return found == elements.end() ? nullptr : &*found;
}

}  // namespace gyr::connectors
