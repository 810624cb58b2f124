// What hosts need to answer the calls of functions.
//
// A call has the arguments that the template gave, under these names; arguments left out are not in the map.
//
//   kv           key, namespace, errorOnMissing   the stored value; null with errorOnMissing=false (EXPR-272)
//   secret       key, namespace, subkey, full     secret_value() of the secret's text (EXPR-270)
//   credential   key, namespace                   a token (EXPR-271)
//   read         path, namespace, version         the file as text (EXPR-273, EXPR-276)
//   fileSize     path, namespace                  bytes
//   fileExists   path, namespace                  boolean
//   isFileEmpty  path, namespace                  boolean
//   http         uri, method, query, body, contentType, headers, options, accept   the body (EXPR-279)
//   errorLogs                                     list of log entries (EXPR-291)
//   subflow      namespace, id, inputs, revision, labels, timeout   (EXPR-437)
//   appLink      appId, baseUrl                   an address (EXPR-295)
//   randomPort                                    a free TCP port (EXPR-302)
//
// An error as the answer fails the evaluation with its message. Paths and namespaces come as written: the host decides
// what may be read. Values of secret and credential are registered for masking by the host (EXPR-410), which sees key
// and subkey.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "expression/context.h"

namespace gyr::expression {

/// The result of `secret` for the text of a secret: the text, its member `subkey`, or with `full` a map.
base::Result<base::Value> secret_value(const HostCall& call, std::string_view secret);

}  // namespace gyr::expression
