// Inside s3/ only: metadata of objects as headers `x-amz-meta-…` (STOR-10).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http.h"
#include "storage/storage.h"

namespace gyr::storage::s3 {

/// Headers of a request that gives an object its metadata. Stores keep names without their case: a capital letter is
/// `_` and the small one, `_` is `__`. A text that is not plain ASCII is an encoded word of RFC 2047. More than the
/// 2 KB that stores take is metadata_refused.
base::Result<std::vector<std::pair<std::string, std::string>>> metadata_headers(const Metadata& metadata);
/// What the headers of an answer tell. Encoded words of others are understood, too; what is none stays as it is.
Metadata metadata_of(const net::Headers& headers);

}  // namespace gyr::storage::s3
