#include "web/http/authorisation.h"

#include <fmt/format.h>

#include "web/http/authentication.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

base::Error refusal() { return {forbidden, "you do not have permission to do this"}; }

/// Names what is missing, and who can help (UI-48, UI-1109).
base::Error refusal(const Right& right) {
  return {forbidden, fmt::format("you do not have permission to do this: it needs {} {}. An administrator can grant it",
                                 right.resource, to_text(right.action))};
}

}  // namespace

std::vector<std::string> Authorisation::namespaces_with(const Caller& caller, const Right& right) {
  if (caller.identity.anonymous) return {};
  if (caller.rights == nullptr) return {""};
  return caller.rights->namespaces_of(caller.identity, caller.tenant, right);
}

store::Visible Authorisation::visible_by(const Caller& caller, const Right& right) {
  if (caller.rights == nullptr) return store::Visible(nullptr);
  return store::Visible::below(caller.rights->namespaces_of(caller.identity, caller.tenant, right));
}

base::Result<store::Access> Authorisation::authorise(const Caller& caller, const Rule& rule,
                                                     std::optional<std::string_view> named) {
  const store::Visible everything(nullptr);
  if (rule.is_open()) return store::Access(everything, everything);
  if (caller.identity.anonymous) return base::fail(refusal());
  if (caller.rights == nullptr) return store::Access(everything, everything);
  if (rule.who == Rule::Who::caller) {
    const store::Visible nothing = store::Visible::below({});
    return store::Access(nothing, nothing);
  }
  if (rule.who == Rule::Who::key) {
    // The key in the path opens one flow; it is checked when the flow is found.
    const store::Visible visible =
        store::Visible::below(named ? std::vector<std::string>{std::string(*named)} : std::vector<std::string>());
    return store::Access(visible, visible);
  }
  store::Visible allowed = visible_by(caller, rule.right);
  store::Visible readable =
      rule.right.action == Action::read ? allowed : visible_by(caller, {rule.right.resource, Action::read});
  store::Access access(std::move(allowed), std::move(readable));
  if (access.visible().nothing()) return base::fail(refusal(rule.right));
  if (rule.where.kind == Where::Kind::tenant_wide && !access.everything()) return base::fail(refusal(rule.right));
  if (named) GYR_CHECK(judge(access, *named, {not_found, fmt::format("Namespace '{}' not found", *named)}));
  return access;
}

base::Result<void> Authorisation::judge(const store::Access& access, std::string_view namespace_, base::Error missing) {
  if (!access.may_read(namespace_)) return base::fail(std::move(missing));
  if (!access.allows(namespace_)) return base::fail(refusal());
  return {};
}

}  // namespace gyr::web
