#include "web/http/authorisation.h"

#include "web/http/errors.h"
#include "web/http/request.h"

namespace gyr::web {
namespace {

base::Error refusal() { return {forbidden, "you do not have permission to do this"}; }

/// The namespace that the request names, if its rule says where.
std::optional<std::string_view> named_namespace(const Request& request) {
  const Where& where = request.route().rule.where;
  if (where.kind == Where::Kind::path) return request.path(where.parameter);
  if (where.kind == Where::Kind::query) return request.text(where.parameter);
  return std::nullopt;
}

}  // namespace

store::Visible Authorisation::visible_by(const Request& request, const Right& right) {
  const Rights* rights = request.services().rights;
  if (rights == nullptr) return store::Visible(nullptr);
  return store::Visible::below(rights->namespaces_of(request.identity(), request.tenant(), right));
}

base::Result<store::Access> Authorisation::authorise(const Request& request) {
  const Rule& rule = request.route().rule;
  const store::Visible everything(nullptr);
  if (rule.is_open()) return store::Access(everything, everything);
  if (request.identity().anonymous) return base::fail(refusal());
  if (request.services().rights == nullptr) return store::Access(everything, everything);
  const auto named = named_namespace(request);
  if (rule.who == Rule::Who::key) {
    // The key in the path opens one flow; it is checked when the flow is found.
    const store::Visible visible =
        store::Visible::below(named ? std::vector<std::string>{std::string(*named)} : std::vector<std::string>());
    return store::Access(visible, visible);
  }
  store::Visible allowed = visible_by(request, rule.right);
  store::Visible readable =
      rule.right.action == Action::read ? allowed : visible_by(request, {rule.right.resource, Action::read});
  store::Access access(std::move(allowed), std::move(readable));
  if (access.visible().nothing()) return base::fail(refusal());
  if (rule.where.kind == Where::Kind::tenant_wide && !access.everything()) return base::fail(refusal());
  if (named) {
    GYR_CHECK(request.judge(access, *named, {not_found, fmt::format("Namespace '{}' not found", *named)}));
  }
  return access;
}

}  // namespace gyr::web
