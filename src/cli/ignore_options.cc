#include "cli/ignore_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/console.h"
#include "cli/errors.h"

namespace gyr::cli {
namespace {

using executor::IgnoreOptions;
using Texts = std::vector<std::string>;

/// The elements of all values, which are separated by commas.
base::Result<Texts> elements(const Texts& former, const Texts& now, std::string_view option) {
  Texts all;
  for (const std::string& value : former.empty() ? now : former) {
    for (std::string_view part : base::split(value, ',')) {
      const std::string_view element = base::trim(part);
      if (element.empty()) {
        return base::fail(
            base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `{}`: it has an empty element",
                                                 printable(value), option))
                .with_hint("separate elements with one comma"));
      }
      all.emplace_back(element);
    }
  }
  return all;
}

base::Error no_place(std::string_view option, const std::string& text, std::string_view forms) {
  return base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `{}`", printable(text), option))
      .with_hint(fmt::format("use {}", forms));
}

/// `tenant|namespace|flow`, `namespace|flow` or `namespace.flow`.
std::optional<IgnoreOptions::Place> flow_of(const std::string& text) {
  const auto parts = base::split(text, '|');
  if (std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); })) return std::nullopt;
  if (parts.size() == 3)
    return IgnoreOptions::Place{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
  if (parts.size() == 2) return IgnoreOptions::Place{{}, std::string(parts[0]), std::string(parts[1])};
  const size_t dot = text.rfind('.');
  if (parts.size() != 1 || dot == std::string::npos || dot == 0 || dot + 1 == text.size()) return std::nullopt;
  return IgnoreOptions::Place{{}, text.substr(0, dot), text.substr(dot + 1)};
}

/// `tenant|namespace` or `namespace`.
std::optional<IgnoreOptions::Place> namespace_of(const std::string& text) {
  const auto parts = base::split(text, '|');
  if (parts.size() > 2 || std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); }))
    return std::nullopt;
  if (parts.size() == 2) return IgnoreOptions::Place{std::string(parts[0]), std::string(parts[1])};
  return IgnoreOptions::Place{{}, text};
}

}  // namespace

void IgnoreArguments::declare(Arguments& arguments) {
  arguments.section("Options to ignore executions while this server runs");
  arguments.list("--ignore-executions", "ID", now_.executions, "ignore these executions");
  arguments.list("--ignore-flows", "NAMESPACE|FLOW", now_.flows,
                 "ignore these flows with their executions and triggers; also TENANT|NAMESPACE|FLOW");
  arguments.list("--ignore-namespaces", "NAMESPACE", now_.namespaces,
                 "ignore these namespaces and their child namespaces; also TENANT|NAMESPACE");
  arguments.list("--ignore-tenants", "TENANT", now_.tenants, "ignore these tenants");
}

void IgnoreArguments::declare_former(Arguments& arguments) {
  arguments.list("--skip-executions", "ID", former_.executions, "former name of --ignore-executions");
  arguments.list("--skip-flows", "NAMESPACE|FLOW", former_.flows, "former name of --ignore-flows");
  arguments.list("--skip-namespaces", "NAMESPACE", former_.namespaces, "former name of --ignore-namespaces");
  arguments.list("--skip-tenants", "TENANT", former_.tenants, "former name of --ignore-tenants");
}

base::Result<IgnoreOptions> IgnoreArguments::read() const {
  IgnoreOptions options;
  GYR_TRY(auto executions, elements(former_.executions, now_.executions, "--ignore-executions"));
  for (const std::string& text : executions) {
    const auto id = base::Id::parse(text);
    if (!id)
      return base::fail(
          no_place("--ignore-executions", text, "the id of an execution, which has 22 letters and digits"));
    options.executions.push_back(*id);
  }
  GYR_TRY(auto flows, elements(former_.flows, now_.flows, "--ignore-flows"));
  for (const std::string& text : flows) {
    auto place = flow_of(text);
    if (!place) return base::fail(no_place("--ignore-flows", text, "NAMESPACE|FLOW or TENANT|NAMESPACE|FLOW"));
    options.flows.push_back(*std::move(place));
  }
  GYR_TRY(auto namespaces, elements(former_.namespaces, now_.namespaces, "--ignore-namespaces"));
  for (const std::string& text : namespaces) {
    auto place = namespace_of(text);
    if (!place) return base::fail(no_place("--ignore-namespaces", text, "NAMESPACE or TENANT|NAMESPACE"));
    options.namespaces.push_back(*std::move(place));
  }
  GYR_TRY(options.tenants, elements(former_.tenants, now_.tenants, "--ignore-tenants"));
  return options;
}

}  // namespace gyr::cli
