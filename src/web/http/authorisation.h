// What a caller may do. This is the only place that makes an Access for a request (SECURITY: reads take what the caller
// may see, writes what it may change).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/api/access.h"
#include "web/http/rule.h"

namespace gyr::web {

struct Identity;
class Request;

/// The rights of callers. Thread-safe; must not block.
class Rights {
 public:
  virtual ~Rights() = default;
  /// The namespaces in which the caller has the right, which includes their child namespaces. The empty name stands for
  /// the whole tenant.
  virtual std::vector<std::string> namespaces_of(const Identity& identity, std::string_view tenant,
                                                 const Right& right) const = 0;
};

/// The step between authentication and the handler of a request.
class Authorisation {
 public:
  /// Judges the caller by the rule of the route. Without Services::rights, a caller who is signed in may do everything.
  /// Fails with `forbidden`, or with `not_found` for a namespace in the path or query that the caller may not read.
  static base::Result<store::Access> authorise(const Request& request);
  /// What the caller may see by another right than that of its route.
  static store::Visible visible_by(const Request& request, const Right& right);
};

}  // namespace gyr::web
