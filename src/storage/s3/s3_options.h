// What a store with the interface of S3 is told, and what only such a store answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace gyr::storage {

/// The store does not let us: wrong or expired keys, no permission, a clock that is wrong.
inline constexpr base::ErrorCode storage_denied{"GYR-O006"};
/// What the configuration says of the store cannot be: no such bucket, another region, no secure connection.
inline constexpr base::ErrorCode storage_misconfigured{"GYR-O007"};

/// The location of a bucket and the way to access it.
struct S3Options {
  std::string endpoint;  ///< `https://host[:port]`; empty: Amazon's of the region
  std::string region = "us-east-1";
  std::string bucket;
  std::string prefix;       ///< of all keys, without slashes at its ends; empty: none
  bool path_style = false;  ///< the bucket is in the path instead of the host name
  std::string ca_pem, client_certificate_pem, client_key_pem;
  std::string proxy;
  size_t part_bytes = 8 << 20;       ///< larger objects are uploaded in parts; a writer keeps one part in memory
  uint64_t copy_bytes = 5ULL << 30;  ///< larger objects are copied in parts: the limit of S3 for one copy
  size_t keys_a_page = 1'000;        ///< of a listing and of a deletion: S3's limit
  std::chrono::milliseconds idle_timeout{30'000};  ///< silence after which a request has failed
};

}  // namespace gyr::storage
