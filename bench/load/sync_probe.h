// How long this machine takes to make a small write durable: the floor under every latency of a durable server.
#pragma once

#include <string>

#include "base/error.h"
#include "histogram.h"

namespace gyr::load {

/// Times of a 4 KB write plus fdatasync: at the end of a growing file, and over existing bytes.
struct SyncReport {
  Histogram append;
  Histogram overwrite;
};

/// Writes a file of its own in `folder`, which must exist, and removes it.
base::Result<SyncReport> probe_sync(const std::string& folder);

}  // namespace gyr::load
