// The image sets that have a name here: where a machine may have them, and where Fashion-MNIST can be fetched.
// A folder that is not listed needs no entry: it is recognised by its files (image-folder.ts).

export interface Download {
  readonly file: string;
  /** Bytes after decompression. */
  readonly bytes: number;
  /** SHA-256 after decompression: mirrors compress the same content differently. */
  readonly sha256: string;
}

export interface KnownSet {
  readonly name: string;
  /** Folders in which a package manager puts it. */
  readonly systemFolders: readonly string[];
  readonly debianPackage?: string;
  readonly downloads: readonly Download[];
  /** Tried in order; a file's address is one of these followed by its name. */
  readonly downloadFrom: readonly string[];
  /** How a user gets it where nothing is found and nothing can be downloaded. */
  readonly mend: string;
}

const FASHION_MNIST: KnownSet = {
  name: 'fashion-mnist',
  systemFolders: ['/usr/share/datasets/fashion-mnist'],
  debianPackage: 'dataset-fashion-mnist',
  downloads: [
    { file: 'train-images-idx3-ubyte.gz', bytes: 47_040_016, sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888' },
    { file: 'train-labels-idx1-ubyte.gz', bytes: 60_008, sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9' },
    { file: 't10k-images-idx3-ubyte.gz', bytes: 7_840_016, sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b' },
    { file: 't10k-labels-idx1-ubyte.gz', bytes: 10_008, sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34' },
  ],
  downloadFrom: [
    'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
  mend:
    'On Debian and Ubuntu `apt-get install dataset-fashion-mnist` brings it; elsewhere put the four *-ubyte.gz files of ' +
    'github.com/zalandoresearch/fashion-mnist into a folder and give it with --data FOLDER',
};

const CIFAR10: KnownSet = {
  name: 'cifar10',
  systemFolders: [],
  downloads: [],
  downloadFrom: [],
  mend:
    'Unpack the binary version of CIFAR-10 (cs.toronto.edu/~kriz/cifar.html) and give its folder with --data FOLDER, ' +
    'or lay it at $FORETELL_DATA/images/cifar10',
};

export const KNOWN_SETS: readonly KnownSet[] = [FASHION_MNIST, CIFAR10];

/** Made from a seed, on no disk; for trying things without data. */
export const SYNTHETIC = 'synthetic';

export const DEFAULT_SET = FASHION_MNIST.name;
