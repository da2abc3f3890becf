// `--curves-dir FOLDER`: where curve files and manifests are sought first, as every command that takes a curve set reads it.

export function whereOf({ curvesDir }: { readonly curvesDir?: string }): { readonly folder?: string } {
  return curvesDir === undefined ? {} : { folder: curvesDir };
}
