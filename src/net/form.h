// application/x-www-form-urlencoded bodies.
#pragma once

#include "net/http.h"
#include "net/url.h"

namespace gyr::net {

/// Reads a whole body of at most `limit` bytes into names and values in order. Fails with malformed_text or
/// body_too_large, or with the error of the reader. The reader must live until the task has ended.
base::Task<base::Result<QueryList>> read_form(BodyReader* body, size_t limit);
/// The inverse, as browsers write it: blanks become `+`.
std::string encode_form(const QueryList& pairs);

}  // namespace gyr::net
