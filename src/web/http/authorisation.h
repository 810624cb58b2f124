// What a caller may do. This is the only place that makes an Access for a request (SECURITY: reads take what the caller
// may see, writes what it may change).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/api/access.h"
#include "web/http/rule.h"

namespace gyr::web {

struct Identity;

/// The rights of callers. Thread-safe; must not block.
class Rights {
 public:
  virtual ~Rights() = default;
  /// The namespaces in which the caller has the right, which includes their child namespaces. The empty name stands for
  /// the whole tenant.
  virtual std::vector<std::string> namespaces_of(const Identity& identity, std::string_view tenant,
                                                 const Right& right) const = 0;
};

/// Who asks for what. Valid only during the call.
struct Caller {
  const Rights* rights = nullptr;  ///< null: a caller who is signed in may do everything
  const Identity& identity;
  std::string_view tenant;
};

/// The step between authentication and the handler of a request.
class Authorisation {
 public:
  /// Judges the caller by the rule of the route. `named`: the namespace that the request names, if its rule says where.
  /// Fails with `forbidden`, or with `not_found` for a named namespace that the caller may not read.
  static base::Result<store::Access> authorise(const Caller& caller, const Rule& rule,
                                               std::optional<std::string_view> named);
  /// What the caller may see by another right than that of its route.
  static store::Visible visible_by(const Caller& caller, const Right& right);
  /// The namespaces in which the caller has the right; the empty name stands for the whole tenant.
  static std::vector<std::string> namespaces_with(const Caller& caller, const Right& right);
  /// Judges one namespace. `missing`: the error if the caller may not even read it.
  static base::Result<void> judge(const store::Access& access, std::string_view namespace_, base::Error missing);
};

}  // namespace gyr::web
