# Builds the image of this commit, and notes that it did.
set -eu
echo "$ONCEWARD_SHA" >> "$BUILDS"
umoci init --layout "$ONCEWARD_OCI_LAYOUT"
umoci new --image "$ONCEWARD_OCI_LAYOUT:shop"
for file in server.mjs version.txt; do
  umoci insert --rootless --image "$ONCEWARD_OCI_LAYOUT:shop" "$file" "/app/$file"
done
umoci config --image "$ONCEWARD_OCI_LAYOUT:shop" \
  --config.label "org.opencontainers.image.revision=$ONCEWARD_SHA"
