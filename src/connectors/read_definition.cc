#include "connectors/read_definition.h"

#include <algorithm>
#include <functional>
#include <set>

#include "model/no_types.h"
#include "syntax/yaml.h"

namespace gyr::connectors {
namespace {

using Steps = std::vector<StepSpec>;

/// What the descriptions of a connector's parts alone cannot say.
class DefinitionChecker {
 public:
  DefinitionChecker(const Definition& definition, std::string_view file, std::vector<std::string>& problems)
      : definition_(definition), file_(file), problems_(problems) {}

  void check(const syntax::Node& root) {
    if (definition_.connector.empty()) tell("a connector needs a name", root.span().line);
    const syntax::Node* http = root.find("http");
    const syntax::Node* auth = http == nullptr ? nullptr : http->find("auth");
    for (size_t i = 0; i < definition_.http.auth.size(); ++i)
      check_auth(definition_.http.auth[i], auth->items()[i]->span().line);
    const syntax::Node* elements = root.find("elements");
    std::set<std::string> types;
    for (size_t i = 0; i < definition_.elements.size(); ++i) {
      const ElementSpec& element = definition_.elements[i];
      const syntax::Node& node = *elements->items()[i];
      if (!types.insert(element.type).second)
        tell(fmt::format("the type `{}` stands twice", element.type), node.span().line);
      check(element, node);
    }
  }

 private:
  void check(const ElementSpec& element, const syntax::Node& node) {
    const uint32_t line = node.span().line;
    auto known = [&](const std::string& name) {
      return element.properties.contains(name) || definition_.connection.contains(name);
    };
    for (const auto& [name, spec] : element.properties) {
      if (definition_.connection.contains(name))
        tell(fmt::format("`{}` of {} is a property of the connection already", name, element.type), line);
    }
    for (const auto& group : element.at_least_one_of) {
      for (const auto& name : group) {
        if (!known(name))
          tell(fmt::format("`atLeastOneOf` of {} names the unknown property `{}`", element.type, name), line);
      }
    }
    element_ = &element;
    ids_.clear();
    check_steps(element.steps, node.find("steps"), line);
    check_fetch(line);
    std::set<std::string_view> called;
    if (calls(element, element.type, &called)) tell(fmt::format("{} calls itself", element.type), line);
    const bool succeeds = std::ranges::any_of(element.tests, [](const TestSpec& test) { return test.error.empty(); });
    const bool fails = std::ranges::any_of(element.tests, [](const TestSpec& test) { return !test.error.empty(); });
    check_exchanges(element, node);
    if (!succeeds || !fails) tell(fmt::format("{} needs a test that succeeds and one that fails", element.type), line);
  }

  static int bodies(const RequestSpec& request) {
    int count = 0;
    for (const Template* body :
         {&request.json, &request.form, &request.multipart, &request.ndjson, &request.raw, &request.file})
      count += body->is_set() ? 1 : 0;
    return count;
  }

  /// Names what a way to authenticate needs, and does not have.
  void check_auth(const AuthSpec& auth, uint32_t line) {
    using Needed = std::vector<std::pair<std::string_view, bool>>;
    const auto needed = [&]() -> Needed {
      switch (auth.type) {
        case AuthKind::header:
        case AuthKind::query: return {{"name", auth.name.is_set()}, {"value", auth.value.is_set()}};
        case AuthKind::basic: return {{"username", auth.username.is_set()}, {"password", auth.password.is_set()}};
        case AuthKind::bearer: return {{"token", auth.token.is_set()}};
        case AuthKind::oauth2_password:
          return {{"tokenUrl", auth.token_url.is_set()},
                  {"username", auth.username.is_set()},
                  {"password", auth.password.is_set()}};
        case AuthKind::oauth2_client:
          return {{"tokenUrl", auth.token_url.is_set()},
                  {"clientId", auth.client_id.is_set()},
                  {"clientSecret", auth.client_secret.is_set()}};
        case AuthKind::oauth2_refresh: return {{"tokenUrl", auth.token_url.is_set()}, {"token", auth.token.is_set()}};
        case AuthKind::jwt_bearer: return {{"privateKey", auth.private_key.is_set()}, {"claims", auth.claims.is_set()}};
        case AuthKind::oauth1: return {{"clientId", auth.client_id.is_set()}};
        case AuthKind::session:
          return {{"login", auth.login.has_value()},
                  {"name", auth.name.is_set()},
                  {"token` or `cookie", auth.token.is_set() || auth.cookie}};
      }
      return {};
    }();
    for (const auto& [name, is_given] : needed) {
      if (!is_given) tell(fmt::format("this way to authenticate needs `{}`", name), line);
    }
    const base::Value method = auth.method.is_set() ? auth.method.source() : base::Value();
    if (method.is_string() && method.text().find("{{") == std::string_view::npos && method.text() != "PLAINTEXT" &&
        method.text() != "HMAC-SHA1")
      tell("the method of OAuth 1 is PLAINTEXT or HMAC-SHA1", line);
  }

  void check_exchanges(const ElementSpec& element, const syntax::Node& node) {
    const syntax::Node* tests = node.find("tests");
    for (size_t i = 0; i < element.tests.size(); ++i) {
      for (const ExchangeSpec& exchange : element.tests[i].exchanges) {
        const uint32_t line = tests->items()[i]->span().line;
        check_keys(exchange.request, {"method", "url", "headers", "json", "form", "text", "multipart"}, line);
        check_keys(exchange.response, {"status", "headers", "json", "text", "lost"}, line);
      }
    }
  }

  void check_keys(const base::Value& recorded, std::initializer_list<std::string_view> known, uint32_t line) {
    if (!recorded.is_map()) {
      tell("the requests and responses of an exchange are mappings", line);
      return;
    }
    for (const auto& entry : recorded.entries()) {
      if (std::ranges::find(known, entry.name()) == known.end())
        tell(fmt::format("an exchange has the unknown key `{}`; known are {}", entry.name(), fmt::join(known, ", ")),
             line);
    }
  }

  void check_steps(const Steps& steps, const syntax::Node* list, uint32_t line) {
    for (size_t i = 0; i < steps.size(); ++i) {
      const bool placed = list != nullptr && list->is_sequence() && i < list->items().size();
      const syntax::Node* node = placed ? list->items()[i].get() : nullptr;
      check_step(steps[i], node, node == nullptr ? line : node->span().line);
    }
  }

  void check_step(const StepSpec& step, const syntax::Node* node, uint32_t line) {
    auto wrong = [&](std::string_view problem) {
      tell(fmt::format("the step `{}` of {} {}", step.id, element_->type, problem), line);
    };
    if (!ids_.insert(step.id).second) wrong("stands twice");
    const int actions = (step.request ? 1 : 0) + (step.job ? 1 : 0) + (step.assert_that.is_set() ? 1 : 0) +
                        (step.set.is_set() ? 1 : 0) + (step.switch_on.is_set() ? 1 : 0) + (step.steps.empty() ? 0 : 1) +
                        (step.call.empty() ? 0 : 1);
    if (actions != 1) wrong("needs one of `request`, `job`, `assert`, `set`, `switch`, `steps` and `call`");
    if (step.request && bodies(*step.request) > 1) wrong("has two bodies");
    if (step.pages) check_pages(step, wrong);
    if (step.pages && step.request && !step.request->older.empty()) wrong("has `older` requests and `pages`");
    if (step.job) check_job(step, wrong);
    if (step.message.is_set() && !step.assert_that.is_set()) wrong("has a `message` without `assert`");
    if (step.concurrency != 1 && !step.foreach_items.is_set()) wrong("has a `concurrency` without `foreach`");
    if ((!step.cases.empty() || !step.otherwise.empty()) != step.switch_on.is_set())
      wrong("needs `switch` and `cases` together");
    if (step.with.is_set() && step.call.empty()) wrong("has `with` without `call`");
    if (!step.call.empty()) check_call(step, wrong);
    auto child = [node](std::string_view name) { return node == nullptr ? nullptr : node->find(name); };
    check_steps(step.steps, child("steps"), line);
    check_steps(step.otherwise, child("default"), line);
    const syntax::Node* cases = child("cases");
    for (const auto& [name, steps] : step.cases)
      check_steps(steps, cases == nullptr ? nullptr : cases->find(name), line);
  }

  void check_pages(const StepSpec& step, const std::function<void(std::string_view)>& wrong) {
    const PagesSpec& pages = *step.pages;
    const bool asks = pages.by == PageKind::next || pages.by == PageKind::cursor;
    const bool counts = pages.by == PageKind::number || pages.by == PageKind::offset;
    if (!step.request) wrong("has `pages` without `request`");
    if (asks != pages.next.is_set()) wrong("needs `next` with `by: next` and `by: cursor`, and only with them");
    if (!counts && (pages.first.is_set() || pages.size.is_set()))
      wrong("has `first` or `size` without `by: number` or `by: offset`");
  }

  void check_job(const StepSpec& step, const std::function<void(std::string_view)>& wrong) {
    const JobSpec& job = *step.job;
    if (job.lookup.has_value() != job.found.is_set()) wrong("needs `lookup` and `found` together");
    // The position of a task is that of one job at a time.
    if (std::ranges::find(element_->steps, step.id, &StepSpec::id) == element_->steps.end() ||
        step.foreach_items.is_set())
      wrong("is a job inside of another step");
    const auto first =
        std::ranges::find_if(element_->steps, [](const StepSpec& other) { return other.job.has_value(); });
    if (first != element_->steps.end() && first->id != step.id)
      wrong(fmt::format("is a second job, after `{}`; a type has one at most", first->id));
  }

  void check_call(const StepSpec& step, const std::function<void(std::string_view)>& wrong) {
    const ElementSpec* target = definition_.find(step.call);
    if (target == nullptr) {
      wrong(fmt::format("calls `{}`, which is no type of this connector", step.call));
      return;
    }
    if (std::ranges::any_of(target->steps, [](const StepSpec& inner) { return inner.job.has_value(); }))
      wrong(fmt::format("calls `{}`, which has a job", step.call));
    if (!step.with.is_set() || !step.with.source().is_map()) return;
    for (const auto& entry : step.with.source().entries()) {
      if (!target->properties.contains(std::string(entry.name())) && !(target->fetch && entry.name() == "fetchType"))
        wrong(fmt::format("gives `{}` the unknown property `{}`", step.call, entry.name()));
    }
  }

  void check_fetch(uint32_t line) {
    if (!element_->fetch) return;
    const FetchSpec& fetch = *element_->fetch;
    if (fetch.rows.is_set() == !fetch.step.empty())
      tell(fmt::format("`fetch` of {} needs either `rows` or `step`", element_->type), line);
    if (fetch.step.empty()) return;
    const auto step = std::ranges::find(element_->steps, fetch.step, &StepSpec::id);
    if (step == element_->steps.end() || !step->pages || step->foreach_items.is_set())
      tell(fmt::format("`fetch` of {} names `{}`, which is no step with `pages`", element_->type, fetch.step), line);
  }

  /// Whether an element calls, also by way of others, the type `wanted`.
  bool calls(const ElementSpec& element, std::string_view wanted, std::set<std::string_view>* seen) const {
    const std::function<bool(const Steps&)> any = [&](const Steps& steps) {
      return std::ranges::any_of(steps, [&](const StepSpec& step) {
        if (!step.call.empty()) {
          if (step.call == wanted) return true;
          const ElementSpec* target = definition_.find(step.call);
          if (target != nullptr && seen->insert(target->type).second && calls(*target, wanted, seen)) return true;
        }
        return any(step.steps) || any(step.otherwise) ||
               std::ranges::any_of(step.cases, [&](const auto& one) { return any(one.second); });
      });
    };
    return any(element.steps);
  }

  void tell(const std::string& problem, uint32_t line) {
    problems_.push_back(fmt::format("{}:{}: {}", file_, line, problem));
  }

  const Definition& definition_;
  std::string_view file_;
  std::vector<std::string>& problems_;
  const ElementSpec* element_ = nullptr;  ///< that is being checked
  std::set<std::string> ids_;             ///< of its steps
};

}  // namespace

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
    if (problems.empty()) DefinitionChecker(definition, file_name, problems).check(**node);
  }
  if (problems.empty()) return definition;
  return base::fail(bad_connector, fmt::format("{}", fmt::join(problems, "\n")));
}

}  // namespace gyr::connectors
